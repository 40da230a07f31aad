from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import NoticeEventKind
from diagnosis.models.case import Case
from diagnosis.models.clinic import Clinic
from diagnosis.models.history import append_only
from diagnosis.models.stage_report import StageReport

if TYPE_CHECKING:
    from diagnosis.models.people import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Critical notices."""

    def visible_to(self, user: User) -> NoticeQuerySet:
        """Keep the notices of clinics where the user has a role."""
        return self.filter(case__clinic__in=Clinic.objects.visible_to(user))


class Notice(models.Model):
    """That a case became critical, and until when somebody must be told and must acknowledge.

    Raised by the stage report that holds the flag, or by a specialist whose opinion suspects blasts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="notice")
    stage_report = models.OneToOneField(
        StageReport,
        on_delete=models.PROTECT,
        related_name="notice",
        null=True,
        blank=True,
        help_text=_("The one that raised the flag; empty when a specialist suspected blasts."),
    )
    raised_at = models.DateTimeField(_("raised"))
    notify_by = models.DateTimeField(_("to be sent by"))
    acknowledge_by = models.DateTimeField(_("to be acknowledged by"))

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-raised_at", "-id")
        verbose_name = _("critical notice")
        verbose_name_plural = _("critical notices")
        indexes = [models.Index(fields=["-raised_at", "-id"], name="notice_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case}, critical"


class NoticeEvent(models.Model):
    """One step of a critical notice; `spoken_to` and `note` of a call may name people and never leave this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(_("kind"), max_length=16, choices=NoticeEventKind)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="notice_events",
        null=True,
        blank=True,
        help_text=_("Empty when the system acted."),
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices_received", null=True, blank=True
    )
    spoken_to = models.CharField(_("spoken to"), max_length=200, blank=True)
    read_back = models.BooleanField(_("read back"), null=True, blank=True)
    note = models.TextField(_("note"), max_length=2000, blank=True)

    class Meta:
        ordering = ("notice", "at", "id")
        verbose_name = _("step of a critical notice")
        verbose_name_plural = _("steps of critical notices")
        constraints = [
            models.CheckConstraint(name="notice_event_kind_is_known", condition=Q(kind__in=NoticeEventKind.values)),
            models.CheckConstraint(
                name="notice_event_call_names_whom",
                condition=Q(kind=NoticeEventKind.CALLED, read_back__isnull=False) & ~Q(spoken_to="")
                | ~Q(kind=NoticeEventKind.CALLED) & Q(spoken_to="", read_back=None),
            ),
        ]
        indexes = [models.Index(fields=["-at"], name="notice_event_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.notice}: {self.get_kind_display()}"
