"""What waits for a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from diagnosis.choices import CaseState, CaseStatus
from diagnosis.selectors.cases import cases

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import User
    from diagnosis.selectors.states import CaseWithState


def worklist(user: User, *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Return the user's open cases that wait for a reader, what is due first first."""
    waiting = [CaseState.AWAITING_REVIEW, CaseState.ANALYSIS_UNAVAILABLE]
    return (
        cases(user, at=at)
        .filter(status=CaseStatus.OPEN, state__in=waiting)
        .annotate(smear_count=Count("smears"))
        .order_by("due_at", "-is_critical", "pk")
    )
