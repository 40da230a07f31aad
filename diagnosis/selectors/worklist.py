"""What waits for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from diagnosis.choices import CaseState, CaseStatus
from diagnosis.models import Case
from diagnosis.permissions import Permission, clinics_where
from diagnosis.selectors.readers import is_for
from diagnosis.selectors.states import is_in, is_waiting, with_state

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import User
    from diagnosis.selectors.states import CaseWithState


def worklist(user: User, *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Return the open cases that wait for a reader and may be read by the user, what is due first first."""
    return open_cases(user, at=at).filter(is_waiting(at), is_for(user))


def for_others(user: User, *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Return the cases that wait for another reader than the user."""
    return open_cases(user, at=at).filter(is_waiting(at), ~is_for(user))


def awaiting_answer(user: User, *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Return the cases about which their clinic was asked; they are due as before, and come back when answered."""
    return open_cases(user, at=at).filter(is_in(CaseState.AWAITING_ANSWER, at))


def open_cases(user: User, *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Return the open cases of the clinics for which the user reads, what is due first first."""
    clinics = clinics_where(user, Permission.REVIEW)
    return (
        with_state(Case.objects.filter(status=CaseStatus.OPEN, clinic__in=clinics), at=at)
        .select_related("clinic", "patient", "submitted_by", "held_by", "current_stage_report")
        .order_by("due_at", "pk")
    )


def next_case(user: User, *, at: datetime | None = None) -> CaseWithState | None:
    """Return what the user may read next: what is due first of what nobody else holds."""
    return worklist(user, at=at).filter(Q(is_held=False) | Q(held_by=user)).first()
