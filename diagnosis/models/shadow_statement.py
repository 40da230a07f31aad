from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Statement, Subtype
from diagnosis.models.history import append_only
from diagnosis.models.stage_report import StageReport


class ShadowStatement(models.Model):
    """What the case rule makes of the shadow results of a stage report's images. No reader, report or API shows it."""

    stage_report = models.ForeignKey(StageReport, on_delete=models.PROTECT, related_name="shadow_statements")
    artefact = models.CharField(_("artefact"), max_length=100)
    statement = models.CharField(_("statement"), max_length=15, choices=Statement)
    is_flagged = models.BooleanField(_("flag raised"))
    pattern_class = models.CharField(_("most similar class"), max_length=10, choices=Subtype, blank=True)
    usable_images = models.PositiveSmallIntegerField(_("usable images"))
    trimmed_mean = models.FloatField(_("trimmed mean log-odds"), null=True, blank=True)
    top_three_mean = models.FloatField(_("mean of the three highest log-odds"), null=True, blank=True)
    rule_version = models.CharField(_("case rule"), max_length=40)
    composed_at = models.DateTimeField(_("composed"))

    class Meta:
        ordering = ("-id",)
        verbose_name = _("shadow statement")
        verbose_name_plural = _("shadow statements")
        constraints = [
            models.UniqueConstraint(fields=["stage_report", "artefact"], name="shadow_statement_once_per_artefact"),
            models.CheckConstraint(name="shadow_statement_is_known", condition=Q(statement__in=Statement.values)),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.artefact} on {self.stage_report}"
