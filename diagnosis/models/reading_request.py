import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import ReadingKind, ReadingReason
from diagnosis.models.case import Case
from diagnosis.models.history import append_only


class ReadingRequest(models.Model):
    """That a case needs a second reading, or an adjudication of two that differ, before it is signed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reading_requests")
    kind = models.CharField(_("kind"), max_length=12, choices=ReadingKind)
    reason = models.CharField(_("reason"), max_length=12, choices=ReadingReason)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="readings_asked_for",
        null=True,
        blank=True,
        help_text=_("Empty when the clinic's rule asked."),
    )
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="readings_asked_of",
        null=True,
        blank=True,
        help_text=_("Empty when any other specialist may read."),
    )
    asked_at = models.DateTimeField(_("asked"))

    class Meta:
        ordering = ("case", "asked_at", "id")
        verbose_name = _("reading request")
        verbose_name_plural = _("reading requests")
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="reading_request_once_per_kind"),
            models.CheckConstraint(
                name="reading_request_is_for_another",
                condition=Q(kind__in=[ReadingKind.SECOND, ReadingKind.ADJUDICATION], reason__in=ReadingReason.values),
            ),
        ]
        indexes = [models.Index(fields=["-asked_at"], name="reading_request_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case}, {self.get_kind_display()}"
