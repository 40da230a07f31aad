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
    perimeter = models.FloatField(_("perimeter, px"), help_text=_("Of the nucleus."))
    circularity = models.FloatField(
        _("circularity"), help_text=_("Of the nucleus: 4π · area / perimeter², 0 to 1; a circle has 1.")
    )
    solidity = models.FloatField(
        _("solidity"), help_text=_("Of the nucleus: its area over that of its convex hull, 0 to 1; 1 without dents.")
    )
    nucleus_to_cell = models.FloatField(
        _("nucleus-to-cell ratio"), help_text=_("Area of the nucleus over that of the cell, 0 to 1.")
    )
    mean_colour = models.JSONField(_("mean colour, RGB"), help_text=_("Of the cell; each from 0 to 255."))
    chromatin_contrast = models.FloatField(
        _("chromatin contrast"),
        null=True,
        blank=True,
        help_text=_(
            "Texture of the nucleus: how much its density varies from place to place, as a share of its mean density; "
            "0 is even. Null where the nucleus is too small or too faint, and in analyses older than this measure."
        ),
    )
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
            models.CheckConstraint(
                name="cell_chromatin_contrast_not_negative",
                condition=models.Q(chromatin_contrast__isnull=True) | models.Q(chromatin_contrast__gte=0),
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"cell {self.number} of {self.analysis}"
