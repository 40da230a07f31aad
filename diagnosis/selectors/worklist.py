"""What waits for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from diagnosis.choices import CaseState, CaseStatus
from diagnosis.models import Case
from diagnosis.permissions import Permission, clinics_where
from diagnosis.selectors.readers import with_readers
from diagnosis.selectors.states import WAITING, with_state

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import User
    from diagnosis.selectors.readers import CaseToRead


def worklist(user: User, *, at: datetime | None = None) -> QuerySet[CaseToRead]:
    """Return the open cases that wait for a reader and may be read by the user, what is due first first."""
    return waiting(open_cases(user, at=at))


def open_cases(user: User, *, at: datetime | None = None) -> QuerySet[CaseToRead]:
    """Return the open cases of the clinics for which the user reads, what is due first first."""
    clinics = clinics_where(user, Permission.REVIEW)
    rows = with_state(Case.objects.filter(status=CaseStatus.OPEN, clinic__in=clinics), at=at)
    return (
        with_readers(rows, user)
        .select_related("clinic", "patient", "submitted_by", "held_by", "current_stage_report")
        .order_by("due_at", "pk")
    )


def waiting(rows: QuerySet[CaseToRead]) -> QuerySet[CaseToRead]:
    """Keep of `open_cases` what the user may read now."""
    return rows.filter(state__in=WAITING, is_theirs=True)


def for_others(rows: QuerySet[CaseToRead]) -> QuerySet[CaseToRead]:
    """Keep of `open_cases` what waits for another reader than the user."""
    return rows.filter(state__in=WAITING, is_theirs=False)


def awaiting_answer(rows: QuerySet[CaseToRead]) -> QuerySet[CaseToRead]:
    """Keep of `open_cases` what its clinic was asked about; it is due as before, and comes back when answered."""
    return rows.filter(state=CaseState.AWAITING_ANSWER)


def next_case(user: User, *, at: datetime | None = None) -> CaseToRead | None:
    """Return what the user may read next: what is due first of what nobody else holds."""
    return worklist(user, at=at).filter(Q(is_held=False) | Q(held_by=user)).first()
