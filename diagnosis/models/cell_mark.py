import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import MarkKind
from diagnosis.models.cell import Cell
from diagnosis.models.history import append_only
from diagnosis.models.smear import Smear


class CellMark(models.Model):
    """What a reader makes of a cell, found or missed by the machine. The newest row of a `mark` counts."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mark = models.UUIDField(_("mark"), default=uuid.uuid4, help_text=_("The same for every change of one mark."))
    smear = models.ForeignKey(Smear, on_delete=models.PROTECT, related_name="cell_marks")
    cell = models.ForeignKey(
        Cell,
        on_delete=models.PROTECT,
        related_name="marks",
        null=True,
        blank=True,
        help_text=_("Empty for a cell that the machine missed."),
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="cell_marks")
    kind = models.CharField(_("kind"), max_length=10, choices=MarkKind)
    box = models.JSONField(_("box, px"), null=True, blank=True, help_text=_("x, y, width and height of a missed cell."))
    marked_at = models.DateTimeField(_("marked"))

    class Meta:
        ordering = ("smear", "-marked_at", "-id")
        verbose_name = _("cell mark")
        verbose_name_plural = _("cell marks")
        constraints = [
            models.CheckConstraint(
                name="cell_mark_names_a_cell_or_a_box",
                condition=Q(cell__isnull=False, box=None) | Q(cell=None, box__isnull=False),
            ),
            models.CheckConstraint(name="cell_mark_kind_is_known", condition=Q(kind__in=MarkKind.values)),
        ]
        indexes = [models.Index(fields=["smear", "by", "mark", "-marked_at"], name="cell_mark_newest")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.smear}, {self.get_kind_display()}"
