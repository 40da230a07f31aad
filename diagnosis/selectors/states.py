"""The states that people see of a case: the one definition, derived when it is read."""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from itertools import takewhile
from operator import and_
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Case, Exists, ExpressionWrapper, OuterRef, Q, Value, When
from django.db.models.fields import CharField
from django.utils import timezone

from diagnosis.choices import ACTIVE_ANALYSIS, CaseState, CaseStatus, ReadingKind, Statement
from diagnosis.models import Analysis, Question, ReadingRequest, Review, Smear
from diagnosis.models import Case as CaseRow

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypedDict

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    class CaseTimes(TypedDict):
        """What `with_times` adds to a case."""

        is_overdue: bool
        is_held: bool

    class CaseFacts(CaseTimes):
        """What `with_state` adds to a case."""

        state: str

    CaseWithTimes = WithAnnotations[CaseRow, CaseTimes]
    CaseWithState = WithAnnotations[CaseRow, CaseFacts]

# The machine never delays a human: after this long without an answer a case is open for review as it is.
ANSWER_OVERDUE_AFTER = timedelta(minutes=5)


# In these states a case waits for a reader; while a question is open it waits for its clinic, and its due time runs on.
WAITING = (
    CaseState.AWAITING_ADJUDICATION,
    CaseState.AWAITING_SECOND_READING,
    CaseState.ANALYSIS_UNAVAILABLE,
    CaseState.AWAITING_REVIEW,
)

_CLOSED = (CaseState.SIGNED, CaseState.WITHDRAWN)
_IS_OPEN = Q(status=CaseStatus.OPEN)


def with_state(rows: QuerySet[CaseRow], *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Annotate cases with the state that people see, and with whether they are overdue and held by a reader."""
    at = at or timezone.now()
    states = (When(condition, then=Value(state)) for state, condition in _conditions(at))
    return with_times(rows, at=at).annotate(state=Case(*states, output_field=CharField()))


def with_times(rows: QuerySet[CaseRow], *, at: datetime | None = None) -> QuerySet[CaseWithTimes]:
    """Annotate cases with whether they are overdue and held by a reader: what is known without looking elsewhere."""
    at = at or timezone.now()
    return rows.annotate(
        is_overdue=_whether(Q(status=CaseStatus.OPEN, due_at__lt=at)),
        is_held=_whether(Q(status=CaseStatus.OPEN, held_until__isnull=False, held_until__gt=at)),
    )


def is_waiting(at: datetime | None = None) -> Q:
    """Say of the state that it is one of WAITING, in terms that the database can plan for: none before them holds."""
    conditions = _conditions(at or timezone.now())
    earlier = [~condition for state, condition in conditions if state not in (*_CLOSED, *WAITING)]
    return reduce(and_, earlier, _IS_OPEN)


def is_in(state: CaseState, at: datetime | None = None) -> Q:
    """Say of the state that it is this one, in the same terms: its condition holds, and none before it does."""
    conditions = dict(_conditions(at or timezone.now()))
    if state in _CLOSED:
        return conditions[state]
    earlier = takewhile(lambda other: other != state, conditions)
    return reduce(and_, [~conditions[other] for other in earlier if other not in _CLOSED], conditions[state] & _IS_OPEN)


def is_answered() -> Q:
    """Say of an open case that its clinic was asked, and answered every question."""
    asked = Question.objects.filter(case=OuterRef("pk"))
    return _IS_OPEN & Q(Exists(asked.filter(answers__isnull=False))) & ~Q(Exists(asked.filter(answers=None)))


def pending_readings(case: OuterRef | None = None) -> QuerySet[ReadingRequest]:
    """Return the readings of the case outside that are asked for and not yet given."""
    return awaited_readings().filter(case=case or OuterRef("pk"))


def asked_by_name(case: CaseRow) -> QuerySet[ReadingRequest]:
    """Return the readings of a case that a colleague was asked for by name and has not given."""
    return awaited_readings().filter(case=case, asked_of__isnull=False).select_related("asked_of", "asked_by")


def awaited_readings() -> QuerySet[ReadingRequest]:
    """Return the readings of all cases that are asked for and not yet given."""
    given = Review.objects.filter(case=OuterRef("case"), kind=OuterRef("kind"))
    return ReadingRequest.objects.filter(~Exists(given))


def _conditions(at: datetime) -> list[tuple[CaseState, Q]]:
    """Return the states in their order, each with its condition: a case is in the first whose condition holds."""
    active = Analysis.objects.filter(smear__case=OuterRef("pk"), status__in=ACTIVE_ANALYSIS)
    late = active.filter(queued_at__lt=at - ANSWER_OVERDUE_AFTER)
    unanswered = Question.objects.filter(case=OuterRef("pk"), answers=None)
    said_nothing = Q(current_stage_report=None) | Q(current_stage_report__statement=Statement.UNAVAILABLE)
    return [
        (CaseState.SIGNED, Q(status=CaseStatus.SIGNED)),
        (CaseState.WITHDRAWN, Q(status=CaseStatus.WITHDRAWN)),
        (CaseState.AWAITING_IMAGES, ~Q(Exists(Smear.objects.filter(case=OuterRef("pk"))))),
        (CaseState.ANALYSING, Q(Exists(active)) & ~Q(Exists(late))),
        (CaseState.AWAITING_ANSWER, Q(Exists(unanswered))),
        (CaseState.AWAITING_ADJUDICATION, Q(Exists(pending_readings().filter(kind=ReadingKind.ADJUDICATION)))),
        (CaseState.AWAITING_SECOND_READING, Q(Exists(pending_readings().filter(kind=ReadingKind.SECOND)))),
        (CaseState.ANALYSIS_UNAVAILABLE, said_nothing),
        (CaseState.AWAITING_REVIEW, Q(status=CaseStatus.OPEN)),
    ]


def _whether(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())
