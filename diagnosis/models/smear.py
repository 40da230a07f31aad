from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from diagnosis.models.case import Case
from diagnosis.models.clinic import Clinic
from diagnosis.models.history import append_only

if TYPE_CHECKING:
    from diagnosis.models.people import User


class SmearQuerySet(models.QuerySet["Smear"]):
    """Smears."""

    def visible_to(self, user: User) -> SmearQuerySet:
        """Keep the smears of clinics where the user has a role."""
        return self.filter(case__clinic__in=Clinic.objects.visible_to(user))


class Smear(models.Model):
    """One photographed field of a blood smear, as stored: metadata stripped, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="smears")
    number = models.PositiveSmallIntegerField(_("number in the case"))
    image = models.FileField(_("image"), max_length=255)
    media_type = models.CharField(_("media type"), max_length=40)
    width = models.PositiveIntegerField(_("width, pixels"))
    height = models.PositiveIntegerField(_("height, pixels"))
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256 as stored"), max_length=64)
    upload_sha256 = models.CharField(_("SHA-256 as sent"), max_length=64)
    micrometres_per_pixel = models.FloatField(
        _("micrometres per pixel"), null=True, blank=True, help_text=_("Of the device when the image was uploaded.")
    )
    original_name = models.CharField(_("file name as sent"), max_length=150, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploaded_smears")
    uploaded_at = models.DateTimeField(_("uploaded"))

    objects = SmearQuerySet.as_manager()

    class Meta:
        ordering = ("case", "number")
        verbose_name = _("smear")
        verbose_name_plural = _("smears")
        constraints = [
            models.UniqueConstraint(fields=["case", "sha256"], name="smear_once_per_case"),
            models.UniqueConstraint(fields=["case", "number"], name="smear_number_once_per_case"),
            models.CheckConstraint(
                name="smear_has_pixels", condition=models.Q(width__gte=1, height__gte=1, size__gte=1)
            ),
            models.CheckConstraint(
                name="smear_pixels_have_a_size",
                condition=models.Q(micrometres_per_pixel=None) | models.Q(micrometres_per_pixel__gt=0),
            ),
        ]
        indexes = [
            models.Index(fields=["-uploaded_at", "-id"], name="smear_newest"),
            # The same image in other cases.
            models.Index(fields=["sha256"], name="smear_pixels"),
            models.Index(fields=["upload_sha256"], name="smear_file"),
            models.Index(fields=["original_name"], name="smear_name"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case} / {self.number}"
