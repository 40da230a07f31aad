"""One cell cut out of its image, for the report's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from diagnosis.kept import kept
from diagnosis.models import Analysis, Cell
from diagnosis.rendering.crops import crop
from diagnosis.services import pictures
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from uuid import UUID

SIDE = 240


@signed_in
@require_GET
def cell_picture(request: PersonRequest, analysis_id: UUID, number: int) -> HttpResponse:
    """Send the cell of this number with a little of the field round it."""
    found = Cell.objects.filter(
        analysis__in=Analysis.objects.visible_to(request.user), analysis__smear__case__images_deleted_at=None
    )
    cell = get_object_or_404(found.select_related("analysis__smear"), analysis=analysis_id, number=number)

    def draw() -> HttpResponse:
        picture = crop(pictures.whole(cell.analysis.smear), (cell.x, cell.y, cell.width, cell.height), side=SIDE)
        return HttpResponse(picture, content_type="image/jpeg")

    return kept(request, f"{analysis_id}-cell-{number}", draw)
