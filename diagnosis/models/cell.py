from django.db import models
from django.utils.translation import gettext_lazy as _

from diagnosis.models.analysis import Analysis
from diagnosis.models.history import append_only


class Cell(models.Model):
    """One leukocyte that an analysis found; lengths and areas in pixels of the stored image."""

    analysis = models.ForeignKey(Analysis, on_delete=models.PROTECT, related_name="cells")
    number = models.PositiveIntegerField(_("number"))
    x = models.PositiveIntegerField()
    y = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    contour = models.JSONField(_("cell outline"))
    nucleus_contour = models.JSONField(_("nucleus outline"))
    area = models.FloatField(_("area, px²"))
    nucleus_area = models.FloatField(_("nucleus area, px²"))
    perimeter = models.FloatField(_("perimeter, px"))
    circularity = models.FloatField(_("circularity"))
    solidity = models.FloatField(_("solidity"))
    nucleus_to_cell = models.FloatField(_("nucleus-to-cell ratio"))
    mean_colour = models.JSONField(_("mean colour, RGB"))
    contribution = models.FloatField(_("contribution"), default=0.0)

    class Meta:
        ordering = ("analysis", "number")
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        constraints = [
            models.UniqueConstraint(fields=["analysis", "number"], name="cell_number_once_per_analysis"),
            models.CheckConstraint(
                name="cell_ratios_in_range",
                condition=models.Q(nucleus_to_cell__range=(0, 1), solidity__range=(0, 1)),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"cell {self.number} of {self.analysis}"
