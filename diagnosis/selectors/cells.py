"""Which cells tell most of why a case's statement is what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from diagnosis.choices import Outcome
from diagnosis.models import Cell

if TYPE_CHECKING:
    from diagnosis.models import StageReport


def telling_cells(report: StageReport, *, count: int) -> list[Cell]:
    """Return up to `count` cells of a stage report, each with its analysis and smear.

    The cell with the largest share of each image's activation map comes first, from the image that speaks most for the
    statement down; then the second of each. Images left out, or without a class, have none.
    """
    log_odds = F("analysis__stage_report_images__log_odds")
    within_its_image = Window(
        RowNumber(), partition_by=F("analysis"), order_by=[F("contribution").desc(), F("number").asc()]
    )
    return list(
        Cell.objects.filter(
            analysis__stage_report_images__stage_report=report,
            analysis__stage_report_images__is_used=True,
            analysis__outcome=Outcome.CLASSIFIED,
            contribution__gt=0,
        )
        .annotate(place=within_its_image)
        .order_by("place", log_odds.desc() if report.is_flagged else log_odds.asc(), "analysis__smear__number")
        .select_related("analysis__smear")
        .defer("contour", "nucleus_contour")[:count]
    )
