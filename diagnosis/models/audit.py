from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Act
from diagnosis.models.case import Case
from diagnosis.models.clinic import Clinic
from diagnosis.models.history import append_only


class AuditRecord(models.Model):
    """Who did what and when. `detail` holds ids and codes, never what identifies a patient."""

    at = models.DateTimeField(_("at"))
    act = models.CharField(_("act"), max_length=30, choices=Act)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="audit_records",
        null=True,
        blank=True,
        help_text=_("Empty when the system acted."),
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="audit_records", null=True, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="audit_records", null=True, blank=True)
    once = models.CharField(
        _("once"),
        max_length=120,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text=_("Set where an act is recorded once, such as a person's first look at an image on a day."),
    )
    detail = models.JSONField(_("detail"), default=dict, blank=True)

    class Meta:
        ordering = ("-at", "-id")
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        indexes = [
            models.Index(fields=["-at"], name="audit_newest"),
            models.Index(fields=["case", "-at"], name="audit_of_case"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.act}"
