from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from diagnosis.models.clinic import Clinic


class CountedDay(models.Model):
    """What a table of the figures counted of one clinic's day: no fact of its own, and counted again at any time."""

    table = models.CharField(_("table"), max_length=20)
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="counted_days")
    day = models.DateField(_("day"))
    basis = models.CharField(
        _("basis"), max_length=80, help_text=_("By which definition it was counted; another one is counted anew.")
    )
    groups = models.JSONField(_("groups and their counts"), default=list)
    checked_at = models.DateTimeField(_("known to be right at"))

    class Meta:
        ordering = ("-day", "table", "clinic")
        verbose_name = _("counted day")
        verbose_name_plural = _("counted days")
        constraints = [models.UniqueConstraint(fields=["table", "clinic", "day"], name="counted_day_once")]

    def __str__(self) -> str:
        return f"{self.table}, {self.clinic}, {self.day}"
