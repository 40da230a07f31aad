import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from diagnosis.models.case import Case
from diagnosis.models.stage_report import StageReport


class Draft(models.Model):
    """What a reader has typed of an opinion and not yet committed. Its id becomes the review's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="drafts")
    stage_report = models.ForeignKey(
        StageReport, on_delete=models.PROTECT, related_name="drafts", null=True, blank=True
    )
    fields = models.JSONField(_("fields as typed"), default=dict)
    revision = models.PositiveIntegerField(_("revision"), default=0)
    page = models.CharField(_("page that saved last"), max_length=50, blank=True)
    sending = models.PositiveIntegerField(_("how many times that page had sent"), default=0)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        ordering = ("-saved_at", "-id")
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint(fields=["case", "by"], name="draft_once_per_reader_and_case")]

    def __str__(self) -> str:
        return f"{self.case}, {self.by}"
