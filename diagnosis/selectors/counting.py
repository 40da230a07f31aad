"""How much waits, counted no further than it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from diagnosis.choices import CaseState
from diagnosis.selectors.readers import is_for
from diagnosis.selectors.states import WAITING
from diagnosis.selectors.worklist import open_cases

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import User

# Beyond this many open cases counting ends, and a count says "and more". Critical ones are counted first.
MOST_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits for a reader; where `is_more`, each number is of the first MOST_COUNTED open cases."""

    waiting: int
    critical: int
    overdue: int
    yours: int
    for_others: int
    awaiting_answer: int
    is_more: bool


def counts(user: User, *, at: datetime | None = None) -> Counts:
    """Count what is shown above the worklist, in one query that ends where counting ends."""
    theirs = ExpressionWrapper(is_for(user), output_field=BooleanField())
    first = open_cases(user, at=at).annotate(is_theirs=theirs).order_by("-is_critical", "due_at", "pk")
    to_read = Q(state__in=WAITING, is_theirs=True)
    facts = first.values("pk", "state", "is_theirs", "is_critical", "is_overdue", "is_held", "held_by")
    counted = facts[: MOST_COUNTED + 1].aggregate(
        waiting=Count("pk", filter=to_read),
        critical=Count("pk", filter=to_read & Q(is_critical=True)),
        overdue=Count("pk", filter=to_read & Q(is_overdue=True)),
        yours=Count("pk", filter=to_read & Q(is_held=True, held_by=user)),
        for_others=Count("pk", filter=Q(state__in=WAITING, is_theirs=False)),
        awaiting_answer=Count("pk", filter=Q(state=CaseState.AWAITING_ANSWER)),
        seen=Count("pk"),
    )
    return Counts(is_more=counted.pop("seen") > MOST_COUNTED, **counted)
