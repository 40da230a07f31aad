"""What the viewer draws from: a smear's image and thumbnail, an analysis' cells and activation map.

None of these ever changes, so a browser keeps them; each still asks who is looking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.views.decorators.http import require_GET

from diagnosis.choices import AnalysisStatus, Outcome
from diagnosis.models import Analysis, Smear
from diagnosis.rendering.thumbnails import thumbnail
from diagnosis.web import activation
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from diagnosis.models import Cell

KEEP = "private, max-age=31536000, immutable"
THUMBNAIL_SIDE = 320


@signed_in
@require_GET
def smear_image(request: PersonRequest, smear_id: UUID) -> HttpResponse:
    """Send the stored image."""
    smear = get_object_or_404(Smear.objects.visible_to(request.user), pk=smear_id)

    def draw() -> HttpResponse:
        with smear.image.open("rb") as file:
            return HttpResponse(file.read(), content_type=smear.media_type)

    return _kept(request, smear.sha256, draw)


@signed_in
@require_GET
def smear_thumbnail(request: PersonRequest, smear_id: UUID) -> HttpResponse:
    """Send the image small enough for a list."""
    smear = get_object_or_404(Smear.objects.visible_to(request.user), pk=smear_id)

    def draw() -> HttpResponse:
        with smear.image.open("rb") as file:
            return HttpResponse(thumbnail(file.read(), side=THUMBNAIL_SIDE), content_type="image/jpeg")

    return _kept(request, f"{smear.sha256}-thumbnail", draw)


@signed_in
@require_GET
def cells(request: PersonRequest, analysis_id: UUID) -> HttpResponse:
    """Send the cells that an analysis found, those with the largest share of the activation map first."""
    analysis = _succeeded(request, analysis_id)
    is_classified = analysis.outcome == Outcome.CLASSIFIED

    def draw() -> HttpResponse:
        found = analysis.cells.order_by("-contribution", "number") if is_classified else analysis.cells.all()
        return JsonResponse({"cells": [_cell(cell, has_contribution=is_classified) for cell in found]})

    return _kept(request, f"{analysis.pk}-cells", draw)


@signed_in
@require_GET
def activation_map(request: PersonRequest, analysis_id: UUID) -> HttpResponse:
    """Send the activation map as a picture; an image without a class has none."""
    analysis = _succeeded(request, analysis_id)
    values = analysis.activation_map
    if analysis.outcome != Outcome.CLASSIFIED or not values:
        raise Http404
    return _kept(
        request,
        f"{analysis.pk}-activation",
        lambda: HttpResponse(activation.png(values), content_type="image/png"),
    )


def _succeeded(request: PersonRequest, analysis_id: UUID) -> Analysis:
    return get_object_or_404(Analysis.objects.visible_to(request.user), pk=analysis_id, status=AnalysisStatus.SUCCEEDED)


def _kept(request: PersonRequest, version: str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer 304 to a browser that has it, else draw it; the next person at the same browser asks anew."""
    etag = quote_etag(version)
    response = get_conditional_response(request, etag=etag) or draw()
    response["ETag"] = etag
    response["Cache-Control"] = KEEP
    patch_vary_headers(response, ["Cookie"])
    return response


def _cell(cell: Cell, *, has_contribution: bool) -> dict[str, object]:
    return {
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
