from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Statement, Subtype
from diagnosis.models.analysis import Analysis
from diagnosis.models.case import Case
from diagnosis.models.clinic import Clinic
from diagnosis.models.history import append_only

if TYPE_CHECKING:
    from diagnosis.models.people import User


class StageReportQuerySet(models.QuerySet["StageReport"]):
    """Stage reports."""

    def visible_to(self, user: User) -> StageReportQuerySet:
        """Keep the stage reports of clinics where the user has a role."""
        return self.filter(case__clinic__in=Clinic.objects.visible_to(user))


class StageReport(models.Model):
    """The machine's statement on a case, written once; more images or a re-run add a version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="stage_reports")
    version = models.PositiveSmallIntegerField(_("version"))
    statement = models.CharField(_("statement"), max_length=15, choices=Statement)
    is_flagged = models.BooleanField(_("flag raised"))
    pattern_class = models.CharField(_("most similar class"), max_length=10, choices=Subtype, blank=True)
    sentence = models.TextField(_("wording"))
    usable_images = models.PositiveSmallIntegerField(_("usable images"))
    unusable_images = models.PositiveSmallIntegerField(_("unusable images"))
    leukocytes = models.PositiveIntegerField(_("leukocytes"))
    trimmed_mean = models.FloatField(_("trimmed mean log-odds"), null=True, blank=True)
    top_three_mean = models.FloatField(_("mean of the three highest log-odds"), null=True, blank=True)
    rule_version = models.CharField(_("case rule"), max_length=40)
    composed_at = models.DateTimeField(_("composed"))

    objects = StageReportQuerySet.as_manager()

    class Meta:
        ordering = ("case", "-version")
        verbose_name = _("stage report")
        verbose_name_plural = _("stage reports")
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="stage_report_version_once_per_case"),
            models.CheckConstraint(name="stage_report_statement_is_known", condition=Q(statement__in=Statement.values)),
            models.CheckConstraint(name="stage_report_has_its_wording", condition=~Q(sentence="")),
            models.CheckConstraint(
                name="stage_report_flag_follows_statement",
                condition=(~Q(statement=Statement.FLAGGED) | Q(is_flagged=True))
                & (~Q(statement=Statement.NOT_FLAGGED) | Q(is_flagged=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["-composed_at", "-id"], name="stage_report_newest"),
            models.Index(fields=["rule_version"], name="stage_report_rule"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case}, version {self.version}"

    @property
    def in_short(self) -> str:
        """The statement in a few words; a raised flag is among them, whatever else is stated."""
        stated = self.get_statement_display()
        if not self.is_flagged or self.statement == Statement.FLAGGED:
            return stated
        return gettext("%(flag)s, %(statement)s") % {"flag": Statement.FLAGGED.label, "statement": stated}


class StageReportImage(models.Model):
    """What one image's analysis contributed to a stage report."""

    stage_report = models.ForeignKey(StageReport, on_delete=models.PROTECT, related_name="images")
    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="stage_report_images")
    is_used = models.BooleanField(_("used"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    log_odds = models.FloatField(_("log-odds of blast-suspect"), null=True, blank=True)

    class Meta:
        ordering = ("stage_report", "id")
        verbose_name = _("image of a stage report")
        verbose_name_plural = _("images of stage reports")
        constraints = [
            models.UniqueConstraint(fields=["stage_report", "analysis"], name="stage_report_image_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.analysis} in {self.stage_report}"
