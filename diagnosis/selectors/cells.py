"""Which cells tell most of why a case's statement is what it is, and what readers marked them as."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from diagnosis.blindness import sees_machine
from diagnosis.choices import MarkKind, Outcome
from diagnosis.models import Cell, CellMark

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from diagnosis.models import Case, StageReport, User


class TellingCell(NamedTuple):
    """A cell with its analysis and its smear, and whether the reader marked it as a blast."""

    cell: Cell
    is_marked_blast: bool


def telling_cells(report: StageReport, *, count: int, by: User | None = None) -> list[TellingCell]:
    """Return up to `count` cells of a stage report.

    What the reader marked as a blast comes first, from any image of the report; what they marked as an artefact is left
    out. Of the others the cell with the largest share of each image's activation map comes first, from the image that
    speaks most for the statement down; then the second of each. Images left out, or without a class, have none.
    """
    marked = {mark.cell_id: mark.kind for mark in own_marks(report.case, by=by)} if by else {}
    blasts = [cell for cell, kind in marked.items() if cell and kind == MarkKind.BLAST]
    artefacts = [cell for cell, kind in marked.items() if cell and kind == MarkKind.ARTEFACT]
    weighs = Q(analysis__stage_report_images__is_used=True, analysis__outcome=Outcome.CLASSIFIED, contribution__gt=0)
    log_odds = F("analysis__stage_report_images__log_odds")
    for_the_statement = log_odds.desc(nulls_last=True) if report.is_flagged else log_odds.asc(nulls_last=True)
    within_its_image = Window(
        RowNumber(),
        partition_by=F("analysis"),
        order_by=[F("contribution").desc(nulls_last=True), F("number").asc()],
    )
    cells = (
        Cell.objects.filter(weighs | Q(pk__in=blasts), analysis__stage_report_images__stage_report=report)
        .exclude(pk__in=artefacts)
        .annotate(is_marked=Q(pk__in=blasts), place=within_its_image)
        .order_by("-is_marked", "place", for_the_statement, "analysis__smear__number")
        .select_related("analysis__smear")
        .defer("contour", "nucleus_contour")[:count]
    )
    return [TellingCell(cell, is_marked_blast=cell.pk in blasts) for cell in cells]


def cell_marks(case: Case, *, seen_by: User) -> list[CellMark]:
    """Return the marks that stand on the case's cells: the person's own, and others' unless the person reads blind."""
    rows = CellMark.objects.filter(smear__case=case)
    if not sees_machine(seen_by, case):
        rows = rows.filter(by=seen_by)
    return _standing(rows)


def own_marks(case: Case, *, by: User) -> list[CellMark]:
    """Return the marks of one person that stand on the case's cells."""
    return _standing(CellMark.objects.filter(smear__case=case, by=by))


def _standing(rows: QuerySet[CellMark]) -> list[CellMark]:
    """Keep the newest row of each mark, unless it took the mark back."""
    newest = rows.order_by("mark", "-marked_at", "-id").distinct("mark").select_related("by", "cell")
    return [mark for mark in newest if mark.kind != MarkKind.NONE]
