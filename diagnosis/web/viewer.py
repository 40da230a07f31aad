"""What the viewer draws from: a smear's image, tiles and thumbnail, an analysis' cells and activation map.

None of these ever changes, so a browser keeps them; each still asks who is looking, and whether they read blind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from diagnosis.blindness import sees_machine
from diagnosis.choices import AnalysisStatus, Outcome
from diagnosis.kept import kept
from diagnosis.models import Analysis, Smear
from diagnosis.rendering.tiles import Pyramid, Tile
from diagnosis.services import pictures
from diagnosis.services.reading import note_image_read
from diagnosis.web import activation
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.models import Cell


@signed_in
@require_GET
def smear_image(request: PersonRequest, smear_id: UUID) -> HttpResponse:
    """Send the stored image."""
    smear = _smear(request, smear_id)
    note_image_read(smear, by=request.user)

    def draw() -> HttpResponse:
        return HttpResponse(pictures.whole(smear), content_type=smear.media_type)

    return kept(request, smear.sha256, draw)


@signed_in
@require_GET
def smear_thumbnail(request: PersonRequest, smear_id: UUID) -> HttpResponse:
    """Send the image small enough for a list."""
    smear = _smear(request, smear_id)
    return kept(request, f"{smear.sha256}-thumbnail", lambda: _jpeg(pictures.thumbnail(smear)))


@signed_in
@require_GET
def smear_tile(request: PersonRequest, smear_id: UUID, level: int, column: int, row: int) -> HttpResponse:
    """Send a tile of a large image."""
    smear, tile = _smear(request, smear_id), Tile(level, column, row)
    if not pictures.has_tiles(smear) or not Pyramid(smear.width, smear.height).holds(tile):
        raise Http404
    note_image_read(smear, by=request.user)
    return kept(request, f"{smear.sha256}-{level}-{column}-{row}", lambda: _jpeg(pictures.tile(smear, tile)))


@signed_in
@require_GET
def cells(request: PersonRequest, analysis_id: UUID) -> HttpResponse:
    """Send the cells that an analysis found; to whoever reads blind without what they contributed."""
    analysis = _succeeded(request, analysis_id)
    if analysis.outcome != Outcome.CLASSIFIED:
        return kept(request, f"{analysis.pk}-cells", lambda: _cells(analysis, has_contribution=False))
    if sees_machine(request.user, analysis.smear.case):
        return kept(request, f"{analysis.pk}-cells", lambda: _cells(analysis, has_contribution=True))
    response = _cells(analysis, has_contribution=False)
    # Never kept: at the same address all of it is shown once the opinion is committed.
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_GET
def cell_sheet(request: PersonRequest, analysis_id: UUID, page: int) -> HttpResponse:
    """Send a sheet of an analysis' cells, cut out of the image."""
    analysis = _succeeded(request, analysis_id)
    if page * pictures.SHEET_CELLS >= analysis.leukocytes or analysis.smear.case.images_deleted_at:
        raise Http404
    return kept(request, f"{analysis.pk}-cells-{page}", lambda: _jpeg(pictures.cell_sheet(analysis, page)))


@signed_in
@require_GET
def activation_map(request: PersonRequest, analysis_id: UUID) -> HttpResponse:
    """Send the activation map as a picture; an image without a class has none."""
    analysis = _succeeded(request, analysis_id)
    values = analysis.activation_map
    if analysis.outcome != Outcome.CLASSIFIED or not values or not sees_machine(request.user, analysis.smear.case):
        raise Http404
    return kept(
        request,
        f"{analysis.pk}-activation",
        lambda: HttpResponse(activation.png(values), content_type="image/png"),
    )


def _smear(request: PersonRequest, smear_id: UUID) -> Smear:
    # What the clinic's retention rule deleted is not there.
    found = Smear.objects.visible_to(request.user).filter(case__images_deleted_at=None).select_related("case__clinic")
    return get_object_or_404(found, pk=smear_id)


def _succeeded(request: PersonRequest, analysis_id: UUID) -> Analysis:
    found = Analysis.objects.visible_to(request.user).select_related("smear__case__clinic")
    return get_object_or_404(found, pk=analysis_id, status=AnalysisStatus.SUCCEEDED)


def _jpeg(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="image/jpeg")


def _cells(analysis: Analysis, *, has_contribution: bool) -> HttpResponse:
    found = analysis.cells.order_by("number")
    return JsonResponse({"cells": [_cell(cell, has_contribution=has_contribution) for cell in found]})


def _cell(cell: Cell, *, has_contribution: bool) -> dict[str, object]:
    return {
        "id": cell.pk,
        "number": cell.number,
        "box": [cell.x, cell.y, cell.width, cell.height],
        "outline": cell.contour,
        "nucleus": cell.nucleus_contour,
        "area": round(cell.area),
        "nucleus_to_cell": round(cell.nucleus_to_cell, 2),
        "circularity": round(cell.circularity, 2),
        "chromatin_contrast": None if cell.chromatin_contrast is None else round(cell.chromatin_contrast, 2),
        "contribution": cell.contribution if has_contribution else None,
    }
