from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from diagnosis.models.people import User


class ClinicQuerySet(models.QuerySet["Clinic"]):
    """Clinics."""

    def visible_to(self, user: User) -> ClinicQuerySet:
        """Keep the clinics where the user has a role."""
        return self.filter(memberships__user=user).distinct()


class Clinic(models.Model):
    """A place that submits cases, with its own rules."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("short name"), unique=True, help_text=_("Part of accession numbers."))
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    stores_names = models.BooleanField(
        _("stores patient names"),
        default=False,
        help_text=_("Off: patients are known by the clinic's own number alone."),
    )
    minimum_images = models.PositiveSmallIntegerField(
        _("usable images a case needs"), default=3, validators=[MinValueValidator(1)]
    )
    minimum_leukocytes = models.PositiveSmallIntegerField(
        _("leukocytes a case needs"), default=20, validators=[MinValueValidator(1)]
    )
    critical_target = models.PositiveIntegerField(_("minutes to review, critical"), default=120)
    urgent_target = models.PositiveIntegerField(_("minutes to review, urgent"), default=240)
    routine_target = models.PositiveIntegerField(_("minutes to review, routine"), default=1440)
    last_accession = models.PositiveIntegerField(_("last accession number"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ClinicQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("clinic")
        verbose_name_plural = _("clinics")
        constraints = [
            models.CheckConstraint(
                name="clinic_minima_are_positive",
                condition=models.Q(minimum_images__gte=1, minimum_leukocytes__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name
