"""How much waits, counted no further than it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from diagnosis.choices import CaseState, CaseStatus
from diagnosis.models import Case
from diagnosis.selectors.readers import is_asked_of, is_for, nobody_may_read
from diagnosis.selectors.states import is_in, is_waiting, with_state
from diagnosis.selectors.worklist import open_cases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import Clinic, User
    from diagnosis.selectors.states import CaseWithState

# Beyond this many open cases counting ends, and a count says "and more". Critical ones are counted first.
MOST_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open cases there are of each kind; where `is_more`, of the first MOST_COUNTED alone."""

    waiting: int
    critical: int
    overdue: int
    awaiting_answer: int
    yours: int = 0
    for_others: int = 0
    unreadable: int = 0
    asked_of_you: int = 0
    is_more: bool = False


def worklist_counts(user: User, *, at: datetime | None = None) -> Counts:
    """Count what is shown above a reader's worklist."""
    rows = open_cases(user, at=at).annotate(
        waits=_whether(is_waiting(at)), is_theirs=_whether(is_for(user)), is_asked_of_you=_whether(is_asked_of(user))
    )
    to_read = Q(waits=True, is_theirs=True)
    yours = to_read & Q(is_held=True, held_by=user)
    return _counted(
        rows,
        to_read,
        at,
        yours=yours,
        asked_of_you=to_read & Q(is_asked_of_you=True),
        for_others=Q(waits=True, is_theirs=False),
    )


def open_counts(clinics: Sequence[Clinic], *, at: datetime | None = None) -> Counts:
    """Count the open cases of clinics, for those who do not read them."""
    rows = with_state(Case.objects.filter(status=CaseStatus.OPEN, clinic__in=clinics), at=at)
    rows = rows.annotate(is_unreadable=_whether(nobody_may_read(at)))
    return _counted(rows, Q(status=CaseStatus.OPEN), at, unreadable=Q(is_unreadable=True))


def _counted(rows: QuerySet[CaseWithState], waiting: Q, at: datetime | None, **further: Q) -> Counts:
    """Count in one query, which ends where counting ends."""
    kinds = {
        "waiting": waiting,
        "critical": waiting & Q(is_critical=True),
        "overdue": waiting & Q(is_overdue=True),
        "awaiting_answer": Q(is_asked=True),
        **further,
    }
    # Their keys are found first: asked of all open cases, the planner would read whole tables to know more of each.
    first = rows.order_by("-is_critical", "due_at", "pk").values("pk")[: MOST_COUNTED + 1]
    asked = _whether(is_in(CaseState.AWAITING_ANSWER, at))
    # Sliced once more, it is a query of its own, in which each fact is asked for once and not for each count.
    seen = rows.filter(pk__in=first).annotate(is_asked=asked).order_by()[: MOST_COUNTED + 1]
    counted = seen.aggregate(seen=Count("pk"), **{name: Count("pk", filter=kind) for name, kind in kinds.items()})
    return Counts(is_more=counted.pop("seen") > MOST_COUNTED, **counted)


def _whether(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())
