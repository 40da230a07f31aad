from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import CaseStatus, Priority, Specimen
from diagnosis.models.clinic import Clinic
from diagnosis.models.device import Device
from diagnosis.models.patient import Patient

if TYPE_CHECKING:
    from diagnosis.models.people import User


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases."""

    def visible_to(self, user: User) -> CaseQuerySet:
        """Keep the cases of clinics where the user has a role."""
        return self.filter(clinic__in=Clinic.objects.visible_to(user))


class Case(models.Model):
    """One question about one patient: smears in, one stage report out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="cases")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="cases")
    accession = models.CharField(_("accession number"), max_length=64)
    priority = models.CharField(_("priority"), max_length=10, choices=Priority, default=Priority.ROUTINE)
    status = models.CharField(_("status"), max_length=10, choices=CaseStatus, default=CaseStatus.OPEN)
    is_critical = models.BooleanField(_("critical"), default=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="submitted_cases")
    submitted_at = models.DateTimeField(_("submitted"))
    due_at = models.DateTimeField(_("due"))
    current_stage_report = models.OneToOneField(
        "diagnosis.StageReport", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="held_cases", null=True, blank=True
    )
    held_at = models.DateTimeField(_("held since"), null=True, blank=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    signed_at = models.DateTimeField(_("first signed"), null=True, blank=True)
    images_deleted_at = models.DateTimeField(
        _("images deleted"), null=True, blank=True, help_text=_("By the clinic's retention rule; the report stays.")
    )

    microscope = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="cases", null=True, blank=True)
    specimen = models.CharField(_("specimen"), max_length=10, choices=Specimen, default=Specimen.BLOOD)
    stain = models.CharField(_("stain"), max_length=100, blank=True)
    device = models.CharField(_("microscope and camera"), max_length=200, blank=True)
    clinical_notes = models.TextField(_("clinical notes"), max_length=4000, blank=True)
    treatment = models.TextField(_("treatment so far"), max_length=2000, blank=True)
    haemoglobin = models.DecimalField(_("haemoglobin, g/L"), max_digits=5, decimal_places=1, null=True, blank=True)
    white_cells = models.DecimalField(_("white cells, 10⁹/L"), max_digits=7, decimal_places=2, null=True, blank=True)
    platelets = models.DecimalField(_("platelets, 10⁹/L"), max_digits=7, decimal_places=1, null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ("-submitted_at", "-id")
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "accession"], name="case_accession_once_per_clinic"),
            models.CheckConstraint(name="case_status_is_known", condition=models.Q(status__in=CaseStatus.values)),
            models.CheckConstraint(name="case_priority_is_known", condition=models.Q(priority__in=Priority.values)),
            models.CheckConstraint(name="case_has_an_accession", condition=~models.Q(accession="")),
            models.CheckConstraint(
                name="case_is_held_by_somebody_until_some_time",
                condition=models.Q(held_by=None, held_at=None, held_until=None)
                | models.Q(held_by__isnull=False, held_at__isnull=False, held_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["clinic", "due_at"], name="case_worklist", condition=models.Q(status=CaseStatus.OPEN)),
            models.Index(fields=["clinic", "-submitted_at"], name="case_newest"),
            models.Index(fields=["-submitted_at", "-id"], name="case_newest_everywhere"),
            models.Index(fields=["clinic", "signed_at"], name="case_signed"),
            models.Index(
                fields=["clinic", "signed_at"], name="case_with_images", condition=models.Q(images_deleted_at=None)
            ),
            GinIndex(OpClass(Upper("accession"), name="gin_trgm_ops"), name="case_accession_words"),
        ]

    def __str__(self) -> str:
        return self.accession
