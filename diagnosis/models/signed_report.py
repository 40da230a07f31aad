from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Meaning
from diagnosis.models.case import Case
from diagnosis.models.clinic import Clinic
from diagnosis.models.history import append_only
from diagnosis.models.review import Review

if TYPE_CHECKING:
    from diagnosis.models.people import User


class SignedReportQuerySet(models.QuerySet["SignedReport"]):
    """Signed reports."""

    def visible_to(self, user: User) -> SignedReportQuerySet:
        """Keep the signed reports of clinics where the user has a role."""
        return self.filter(case__clinic__in=Clinic.objects.visible_to(user))


class SignedReport(models.Model):
    """What a specialist signed: frozen content and its hash. An amendment is the next version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="signed_reports")
    version = models.PositiveSmallIntegerField(_("version"))
    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="signed_report")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signed_reports")
    signed_at = models.DateTimeField(_("signed"))
    meaning = models.CharField(_("meaning"), max_length=10, choices=Meaning)
    amendment_reason = models.TextField(_("what changed and why"), max_length=2000, blank=True)
    content = models.JSONField(_("content"))
    sha256 = models.CharField(_("SHA-256 of the content"), max_length=64)

    code = models.CharField(
        _("code"), max_length=12, blank=True, help_text=_("What is typed to check the report; older reports have none.")
    )
    seal = models.CharField(_("seal"), max_length=128, blank=True, help_text=_("Ed25519 over the SHA-256, in hex."))
    key_id = models.CharField(_("key of the seal"), max_length=16, blank=True)

    objects = SignedReportQuerySet.as_manager()

    class Meta:
        ordering = ("case", "-version")
        verbose_name = _("signed report")
        verbose_name_plural = _("signed reports")
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="signed_report_version_once_per_case"),
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="signed_report_code_once"),
            models.CheckConstraint(name="signed_report_has_a_hash", condition=Q(sha256__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(
                name="signed_report_amendment_says_why",
                condition=Q(version=1, amendment_reason="") & ~Q(meaning=Meaning.AMENDED)
                | Q(version__gt=1, meaning=Meaning.AMENDED) & ~Q(amendment_reason=""),
            ),
        ]
        indexes = [models.Index(fields=["-signed_at", "-id"], name="signed_report_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.case}, signed version {self.version}"
