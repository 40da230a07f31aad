from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import ACTIVE_ANALYSIS, ENDED_ANALYSIS, AnalysisStatus, Outcome, Priority, Subtype
from diagnosis.models.clinic import Clinic
from diagnosis.models.smear import Smear

if TYPE_CHECKING:
    from diagnosis.models.people import User


class AnalysisQuerySet(models.QuerySet["Analysis"]):
    """Analyses."""

    def visible_to(self, user: User) -> AnalysisQuerySet:
        """Keep the analyses of clinics where the user has a role."""
        return self.filter(smear__case__clinic__in=Clinic.objects.visible_to(user))


class Analysis(models.Model):
    """One run of the engine on one smear. Once ended, the database refuses to change it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    smear = models.ForeignKey(Smear, on_delete=models.PROTECT, related_name="analyses")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="requested_analyses"
    )
    status = models.CharField(_("status"), max_length=10, choices=AnalysisStatus, default=AnalysisStatus.QUEUED)
    priority = models.CharField(_("queue"), max_length=10, choices=Priority, default=Priority.ROUTINE)
    queued_at = models.DateTimeField(_("queued"))
    rung_at = models.DateTimeField(_("last rung"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claim_token = models.UUIDField(null=True, blank=True, editable=False)
    claimed_by = models.CharField(_("worker"), max_length=200, blank=True)
    lease_until = models.DateTimeField(_("lease until"), null=True, blank=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    failure_code = models.CharField(_("failure"), max_length=40, blank=True)
    failure_sentence = models.CharField(_("reason of the failure"), max_length=500, blank=True)

    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    predicted_class = models.CharField(_("class"), max_length=10, choices=Subtype, blank=True)
    probabilities = models.JSONField(_("calibrated probabilities"), null=True, blank=True)
    raw_probabilities = models.JSONField(_("raw probabilities"), null=True, blank=True)
    prediction_set = models.JSONField(_("prediction set"), default=list, blank=True)
    blast_suspect = models.BooleanField(_("blast-suspect"), null=True, blank=True)
    log_odds = models.FloatField(_("log-odds of blast-suspect"), null=True, blank=True)
    quality = models.JSONField(_("quality"), null=True, blank=True)
    novelty = models.JSONField(_("novelty"), null=True, blank=True)
    refusal = models.JSONField(_("refusal"), null=True, blank=True)
    leukocytes = models.PositiveIntegerField(_("leukocytes"), default=0)
    activation_map = models.JSONField(_("activation map"), null=True, blank=True)
    activation_inside = models.FloatField(_("share of activation inside cells"), null=True, blank=True)
    warnings = models.JSONField(_("warnings"), default=list, blank=True)
    timings_ms = models.JSONField(_("timings, ms"), default=dict, blank=True)
    pins = models.JSONField(_("pins"), default=dict, blank=True)

    objects = AnalysisQuerySet.as_manager()

    class Meta:
        ordering = ("-queued_at", "-id")
        verbose_name = _("analysis")
        verbose_name_plural = _("analyses")
        constraints = [
            models.UniqueConstraint(
                fields=["smear"],
                condition=Q(status__in=ACTIVE_ANALYSIS),
                name="analysis_one_active_per_smear",
            ),
            models.CheckConstraint(name="analysis_status_is_known", condition=Q(status__in=AnalysisStatus.values)),
            models.CheckConstraint(
                name="analysis_succeeded_has_its_result",
                condition=~Q(status=AnalysisStatus.SUCCEEDED)
                | (Q(outcome__in=Outcome.values, finished_at__isnull=False) & ~Q(pins={})),
            ),
            models.CheckConstraint(
                name="analysis_result_only_when_succeeded",
                condition=Q(status=AnalysisStatus.SUCCEEDED)
                | Q(outcome="", predicted_class="", probabilities=None, raw_probabilities=None),
            ),
            models.CheckConstraint(
                name="analysis_class_only_when_classified",
                condition=Q(
                    outcome=Outcome.CLASSIFIED,
                    blast_suspect__isnull=False,
                    predicted_class__in=Subtype.values,
                )
                | (~Q(outcome=Outcome.CLASSIFIED) & Q(predicted_class="", blast_suspect=None)),
            ),
            models.CheckConstraint(
                name="analysis_decoded_has_raw_probabilities",
                condition=Q(outcome__in=["", Outcome.REFUSED]) | Q(raw_probabilities__isnull=False),
            ),
            models.CheckConstraint(
                name="analysis_running_has_its_claim",
                condition=~Q(status=AnalysisStatus.RUNNING)
                | Q(claim_token__isnull=False, lease_until__isnull=False, started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="analysis_failed_has_its_reason",
                condition=~Q(status=AnalysisStatus.FAILED)
                | (~Q(failure_code="") & ~Q(failure_sentence="") & Q(finished_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["lease_until"], name="analysis_lease", condition=Q(status=AnalysisStatus.RUNNING)),
            models.Index(fields=["rung_at"], name="analysis_rung", condition=Q(status=AnalysisStatus.QUEUED)),
            models.Index(fields=["-queued_at"], name="analysis_newest"),
            models.Index(fields=["-finished_at"], name="analysis_finished"),
            models.Index(KT("pins__model_sha256"), name="analysis_model"),
            # What the administration looks for.
            models.Index(fields=["claimed_by"], name="analysis_worker"),
            models.Index(fields=["failure_code"], name="analysis_failure"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="ended_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=[status.value for status in ENDED_ANALYSIS]),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.smear}, {self.get_status_display()}"

    @property
    def is_active(self) -> bool:
        """Whether the engine has yet to answer."""
        return self.status in ACTIVE_ANALYSIS
