import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Decision, Finding, ReadingKind, Subtype
from diagnosis.models.case import Case
from diagnosis.models.history import append_only
from diagnosis.models.stage_report import StageReport


class Review(models.Model):
    """A specialist's opinion on a case, beside the machine's part. A changed mind is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    stage_report = models.ForeignKey(
        StageReport,
        on_delete=models.PROTECT,
        related_name="reviews",
        null=True,
        blank=True,
        help_text=_("Empty when the machine had no answer: it never delays a human."),
    )
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(_("reading"), max_length=12, choices=ReadingKind, default=ReadingKind.FIRST)
    is_blind = models.BooleanField(
        _("read blind"), default=False, help_text=_("Committed before the machine's result was shown.")
    )
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    finding = models.CharField(_("finding"), max_length=20, choices=Finding)
    pattern_class = models.CharField(_("pattern most similar to"), max_length=10, choices=Subtype, blank=True)
    blast_percentage = models.DecimalField(
        _("blasts per 100 leukocytes"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    reasons = models.TextField(_("reasons"), max_length=4000, blank=True)
    comment = models.TextField(_("comment for the submitting doctor"), max_length=4000, blank=True)
    tally = models.JSONField(
        _("tally"), null=True, blank=True, help_text=_("Cells counted by the reviewer, number by kind.")
    )
    reviewed_at = models.DateTimeField(_("reviewed"))

    class Meta:
        ordering = ("case", "-reviewed_at")
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.CheckConstraint(
                name="review_departing_has_reasons",
                # Who reads blind cannot know that they depart; their reasons come with the signature.
                condition=Q(decision=Decision.AGREE) | ~Q(reasons="") | Q(is_blind=True),
            ),
            models.CheckConstraint(
                name="review_agrees_with_something",
                condition=~Q(decision=Decision.AGREE) | Q(stage_report__isnull=False),
            ),
            models.CheckConstraint(
                name="review_blasts_are_a_percentage",
                condition=Q(blast_percentage=None) | Q(blast_percentage__range=(0, 100)),
            ),
            models.CheckConstraint(name="review_kind_is_known", condition=Q(kind__in=ReadingKind.values)),
        ]
        indexes = [models.Index(fields=["-reviewed_at", "-id"], name="review_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case}, {self.get_decision_display()}"
