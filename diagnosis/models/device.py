from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.models.clinic import Clinic

if TYPE_CHECKING:
    from collections.abc import Iterable


FINEST, COARSEST = 0.01, 10.0


def plausible_pixel(size: float) -> None:
    """Raise ValidationError unless a microscope's camera can have pixels of this size, in micrometres."""
    if not FINEST <= size <= COARSEST:
        raise ValidationError(
            _(
                "A pixel of a microscope's image is between 0.01 and 10 micrometres wide. Measure it with a stage "
                "micrometer, or leave this empty."
            )
        )


class DeviceQuerySet(models.QuerySet["Device"]):
    """Devices."""

    def in_use_at(self, clinics: Iterable[Clinic]) -> DeviceQuerySet:
        """Keep what a case of these clinics may name as its microscope."""
        return self.filter(clinic__in=clinics, is_active=True)


class Device(models.Model):
    """A microscope with its camera at a clinic, and how large a pixel of its images is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="devices")
    name = models.CharField(_("microscope, objective and camera"), max_length=200)
    micrometres_per_pixel = models.FloatField(
        _("micrometres per pixel"),
        null=True,
        blank=True,
        validators=[plausible_pixel],
        help_text=_("Measured with a stage micrometer; empty where it was not. The ruler needs it."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        ordering = ("clinic", "name")
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "name"], name="device_name_once_per_clinic"),
            models.CheckConstraint(
                name="device_pixels_have_a_size",
                condition=Q(micrometres_per_pixel=None) | Q(micrometres_per_pixel__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name
