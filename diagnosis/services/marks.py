"""What readers make of single cells. A mark is changed by adding a row; the newest counts."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnosis.choices import Act, CaseStatus, MarkKind
from diagnosis.errors import CaseClosed, Invalid, NotFound, OwnCase
from diagnosis.models import CellMark, Smear
from diagnosis.permissions import Permission, require
from diagnosis.selectors.readings import is_own
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from diagnosis.models import Cell, User

# Fewer pixels across are no cell.
MIN_SIDE = 4
Box = list[int]


def mark_cell(*, cell: Cell, by: User, kind: str, at: datetime | None = None) -> CellMark:
    """Mark a cell that the machine found; a person has one mark on a cell."""
    smear = cell.analysis.smear
    with _marking(smear, by):
        known = CellMark.objects.filter(cell=cell, by=by).order_by("-marked_at").first()
        return _add(smear=smear, mark=known.mark if known else None, cell=cell, box=None, by=by, kind=kind, at=at)


def mark_missed(*, smear: Smear, box: Box, by: User, kind: str, at: datetime | None = None) -> CellMark:
    """Mark a cell that the machine missed, at the box that was drawn."""
    x, y, width, height = box
    if min(width, height) < MIN_SIDE or x < 0 or y < 0 or x + width > smear.width or y + height > smear.height:
        raise Invalid(_("The outline lies outside the image or is too small. Draw it again, inside the image."))
    with _marking(smear, by):
        return _add(smear=smear, mark=None, cell=None, box=box, by=by, kind=kind, at=at)


def change(*, smear: Smear, mark: UUID, by: User, kind: str, at: datetime | None = None) -> CellMark:
    """Give a mark of one's own another kind, or take it back."""
    with _marking(smear, by):
        known = CellMark.objects.filter(smear=smear, by=by, mark=mark).order_by("-marked_at").first()
        if known is None:
            raise NotFound
        return _add(smear=smear, mark=mark, cell=known.cell, box=known.box, by=by, kind=kind, at=at)


@contextmanager
def _marking(smear: Smear, by: User) -> Iterator[None]:
    """Let a person's marks on a smear be added one after the other."""
    require(by, Permission.REVIEW, smear.case.clinic)
    if is_own(smear.case, by):
        raise OwnCase
    with transaction.atomic():
        locked = Smear.objects.select_for_update(of=("self",), no_key=True).select_related("case").get(pk=smear.pk)
        if locked.case.status == CaseStatus.WITHDRAWN:
            raise CaseClosed(_("The clinic withdrew this case, so its cells are not marked any more."))
        yield


def _add(
    *, smear: Smear, mark: UUID | None, cell: Cell | None, box: Box | None, by: User, kind: str, at: datetime | None
) -> CellMark:
    at = at or timezone.now()
    if kind not in MarkKind.values or (mark is None and kind == MarkKind.NONE):
        raise Invalid(_("Mark the cell as a blast, not a blast or an artefact."))
    once = f"{Act.CELL_MARKED}:{by.pk}:{smear.pk}:{at.date()}"
    note(Act.CELL_MARKED, at=at, by=by, case=smear.case, once=once, smear=str(smear.pk))
    return CellMark.objects.create(
        mark=mark or uuid.uuid4(), smear=smear, cell=cell, box=box, by=by, kind=kind, marked_at=at
    )
