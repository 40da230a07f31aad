from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import UploadState
from diagnosis.models.case import Case
from diagnosis.models.clinic import Clinic
from diagnosis.models.smear import Smear

if TYPE_CHECKING:
    from diagnosis.models.people import User


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads."""

    def of(self, user: User) -> UploadQuerySet:
        """Keep the user's own: nobody goes on with another person's file."""
        return self.filter(by=user)


class Upload(models.Model):
    """A file that is sent in pieces, until it is a smear. Half-sent files are deleted after some days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="uploads")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploads")
    draft = models.UUIDField(_("form that it belongs to"))
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="uploads", null=True, blank=True)
    name = models.CharField(_("file name as sent"), max_length=150, blank=True)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(_("SHA-256 as announced"), max_length=64)
    received = models.PositiveBigIntegerField(_("bytes received"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=UploadState, default=UploadState.RECEIVING)
    refusal_code = models.CharField(_("refusal"), max_length=40, blank=True)
    check_result = models.JSONField(_("instant check"), null=True, blank=True)
    smear = models.ForeignKey(Smear, on_delete=models.PROTECT, related_name="uploads", null=True, blank=True)
    begun_at = models.DateTimeField(_("begun"))
    touched_at = models.DateTimeField(_("last byte"))

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("-begun_at", "-id")
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            models.UniqueConstraint(fields=["by", "draft", "sha256"], name="upload_once_per_form"),
            models.CheckConstraint(name="upload_state_is_known", condition=Q(state__in=UploadState.values)),
            models.CheckConstraint(name="upload_has_a_hash", condition=Q(sha256__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="upload_receives_no_more_than_its_size", condition=Q(received__lte=models.F("size"))
            ),
        ]
        indexes = [
            models.Index(fields=["touched_at"], name="upload_touched"),
            models.Index(fields=["-begun_at", "-id"], name="upload_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}, {self.get_state_display()}"


class UploadChunk(models.Model):
    """A piece of an upload, deleted once the whole is stored."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="chunks")
    offset = models.PositiveBigIntegerField(_("offset"))
    content = models.BinaryField(_("content"))

    class Meta:
        ordering = ("upload", "offset")
        verbose_name = _("piece of an upload")
        verbose_name_plural = _("pieces of uploads")
        constraints = [models.UniqueConstraint(fields=["upload", "offset"], name="upload_chunk_once")]

    def __str__(self) -> str:
        return f"{self.upload_id} from {self.offset}"
