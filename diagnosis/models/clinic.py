from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from diagnosis.models.people import User


DAY = 24 * 60  # minutes
_UP_TO_A_DAY = [MinValueValidator(1), MaxValueValidator(DAY)]
_UP_TO_A_MONTH = [MinValueValidator(1), MaxValueValidator(30 * DAY)]


def known_time_zone(name: str) -> None:
    """Raise ValidationError unless a clock can be set to the time zone."""
    if name not in available_timezones():
        raise ValidationError(
            _("There is no time zone “%(name)s”. Write it as Continent/City, such as Asia/Tehran."),
            params={"name": name},
        )


class ClinicQuerySet(models.QuerySet["Clinic"]):
    """Clinics."""

    def visible_to(self, user: User) -> ClinicQuerySet:
        """Keep the clinics where the user has a role."""
        return self.filter(memberships__user=user).distinct()


class Clinic(models.Model):
    """A place that submits cases, with its own rules."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(
        _("short name"), unique=True, help_text=_("Part of accession numbers, so it stays from the first case on.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[known_time_zone])
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
    critical_target = models.PositiveIntegerField(
        _("minutes to review, critical"), default=120, validators=_UP_TO_A_MONTH
    )
    urgent_target = models.PositiveIntegerField(_("minutes to review, urgent"), default=240, validators=_UP_TO_A_MONTH)
    routine_target = models.PositiveIntegerField(
        _("minutes to review, routine"), default=1440, validators=_UP_TO_A_MONTH
    )
    machine_target = models.PositiveSmallIntegerField(
        _("minutes to the machine's result"), default=2, validators=_UP_TO_A_DAY
    )
    notice_target = models.PositiveSmallIntegerField(
        _("minutes to tell who is on call"), default=5, validators=_UP_TO_A_DAY
    )
    acknowledge_target = models.PositiveSmallIntegerField(
        _("minutes to acknowledge"), default=30, validators=_UP_TO_A_DAY
    )
    reads_blind = models.BooleanField(
        _("reads blind"),
        default=False,
        help_text=_("On: a reader sees the machine's result after committing an opinion."),
    )
    second_reading_share = models.PositiveSmallIntegerField(
        _("second readings of negatives, %"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("Share of cases without blasts that a second specialist reads, blind to the first."),
    )
    second_reading_of_flagged = models.BooleanField(_("second reading of every blast-suspect case"), default=False)
    image_retention_days = models.PositiveIntegerField(
        _("days to keep images"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100 * 365)],
        help_text=_("After a case is closed, its images are deleted; reports stay. Empty: images are kept."),
    )
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
            models.CheckConstraint(
                name="clinic_share_is_a_percentage", condition=models.Q(second_reading_share__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return self.name
