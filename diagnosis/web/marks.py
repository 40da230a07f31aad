"""The marks that readers set on cells, as the microscope fetches and sends them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from diagnosis import selectors
from diagnosis.errors import Invalid, NotFound
from diagnosis.models import Case, Cell, Smear
from diagnosis.permissions import Permission, require
from diagnosis.services import marks
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from django.http import HttpResponse

    from diagnosis.models import CellMark, User

SIDES = 4


@signed_in
@never_cache
@require_GET
def case_marks(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Send the marks that stand on a case's cells."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("clinic"), pk=case_id)
    require(request.user, Permission.REVIEW, case.clinic)
    standing = selectors.cell_marks(case, seen_by=request.user)
    return JsonResponse({"marks": [_mark(mark, request.user) for mark in standing]})


@signed_in
@require_POST
def mark(request: PersonRequest, smear_id: UUID) -> HttpResponse:
    """Take a mark: on a cell of the machine's, on one that was drawn, or another kind for one that stands."""
    found = Smear.objects.visible_to(request.user).select_related("case__clinic")
    smear = get_object_or_404(found, pk=smear_id)
    require(request.user, Permission.REVIEW, smear.case.clinic)
    stored = _stored(smear, request.user, _sent(request.body))
    return JsonResponse(_mark(stored, request.user), status=201)


def _stored(smear: Smear, by: User, sent: dict[str, Any]) -> CellMark:
    kind = str(sent.get("kind", ""))
    match sent:
        case {"cell": int(number)}:
            cells = Cell.objects.filter(analysis__smear=smear).select_related("analysis__smear__case__clinic")
            cell = cells.filter(pk=number).first()
            if cell is None:
                raise NotFound
            return marks.mark_cell(cell=cell, by=by, kind=kind)
        case {"mark": str(text)}:
            return marks.change(smear=smear, mark=_uuid(text), by=by, kind=kind)
        case {"box": list(box)} if len(box) == SIDES and all(isinstance(side, int) for side in box):
            return marks.mark_missed(smear=smear, box=box, by=by, kind=kind)
    raise Invalid(_("Name a cell, a mark or a box. Reload the page and mark the cell again."))


def _sent(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body)
    except ValueError:
        sent = None
    return sent if isinstance(sent, dict) else {}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _mark(mark: CellMark, seen_by: User) -> dict[str, Any]:
    cell = mark.cell
    return {
        "mark": str(mark.mark),
        "smear": str(mark.smear_id),
        "kind": mark.kind,
        "cell": cell.pk if cell else None,
        "box": [cell.x, cell.y, cell.width, cell.height] if cell else mark.box,
        "isMine": mark.by_id == seen_by.pk,
        "by": mark.by.signature_name,
    }
