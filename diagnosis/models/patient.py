from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Sex
from diagnosis.models.clinic import Clinic

if TYPE_CHECKING:
    from diagnosis.models.people import User


class PatientQuerySet(models.QuerySet["Patient"]):
    """Patients."""

    def visible_to(self, user: User) -> PatientQuerySet:
        """Keep the patients of clinics where the user has a role."""
        return self.filter(clinic__in=Clinic.objects.visible_to(user))

    def numbered(self, number: str, *, clinic: Clinic) -> Patient | None:
        """Return the clinic's patient of this number; capitals tell no two patients apart."""
        spelled_so = self.filter(clinic=clinic, number__iexact=number)
        # Two of before that rule stay two.
        return spelled_so.filter(number=number).first() or spelled_so.first()


class Patient(models.Model):
    """A patient, known by the clinic's own number."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients")
    number = models.CharField(_("patient number"), max_length=64)
    name = models.CharField(_("name"), max_length=200, blank=True)
    year_of_birth = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    sex = models.CharField(_("sex"), max_length=10, choices=Sex, default=Sex.UNKNOWN)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "number"], name="patient_number_once_per_clinic"),
            models.CheckConstraint(name="patient_has_a_number", condition=~models.Q(number="")),
            models.CheckConstraint(name="patient_sex_is_known", condition=models.Q(sex__in=Sex.values)),
            models.CheckConstraint(
                name="patient_year_of_birth_in_range",
                condition=models.Q(year_of_birth=None) | models.Q(year_of_birth__range=(1880, 2200)),
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="patient_newest"),
            GinIndex(OpClass(Upper("number"), name="gin_trgm_ops"), name="patient_number_words"),
        ]

    def __str__(self) -> str:
        return self.number
