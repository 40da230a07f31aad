from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Outcome, Subtype
from diagnosis.models.analysis import Analysis
from diagnosis.models.history import append_only


class ShadowResult(models.Model):
    """What a second artefact says of a smear that the active one has analysed. No reader, report or API shows it."""

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="shadow_results")
    artefact = models.CharField(_("artefact"), max_length=100)
    artefact_version = models.CharField(_("version"), max_length=40)
    model_sha256 = models.CharField(_("SHA-256 of the network"), max_length=64)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    predicted_class = models.CharField(_("class"), max_length=10, choices=Subtype, blank=True)
    probabilities = models.JSONField(_("calibrated probabilities"), null=True, blank=True)
    milliseconds = models.FloatField(_("milliseconds"))
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        ordering = ("-id",)
        verbose_name = _("shadow result")
        verbose_name_plural = _("shadow results")
        constraints = [
            models.UniqueConstraint(fields=["analysis", "artefact"], name="shadow_result_once_per_artefact"),
            models.CheckConstraint(name="shadow_result_outcome_is_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(
                name="shadow_result_class_only_when_classified",
                condition=Q(outcome=Outcome.CLASSIFIED, predicted_class__in=Subtype.values)
                | (~Q(outcome=Outcome.CLASSIFIED) & Q(predicted_class="")),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.artefact} on {self.analysis}"
