"""The states that people see of a case: the one definition, derived when it is read."""

from __future__ import annotations

from datetime import timedelta
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

    class CaseFacts(TypedDict):
        """What `with_state` adds to a case."""

        state: str
        is_overdue: bool
        is_held: bool

    CaseWithState = WithAnnotations[CaseRow, CaseFacts]

# The machine never delays a human: after this long without an answer a case is open for review as it is.
ANSWER_OVERDUE_AFTER = timedelta(minutes=5)


# In these states a case waits for a reader; while a question is open it waits for its clinic, and its due time runs on.
WAITING = (
    CaseState.ANALYSIS_UNAVAILABLE,
    CaseState.AWAITING_REVIEW,
    CaseState.AWAITING_SECOND_READING,
    CaseState.AWAITING_ADJUDICATION,
)


def with_state(rows: QuerySet[CaseRow], *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Annotate cases with the state that people see, and with whether they are overdue and held by a reader."""
    at = at or timezone.now()
    active = Analysis.objects.filter(smear__case=OuterRef("pk"), status__in=ACTIVE_ANALYSIS)
    is_late = Exists(active.filter(queued_at__lt=at - ANSWER_OVERDUE_AFTER))
    return rows.annotate(
        state=Case(
            When(status=CaseStatus.SIGNED, then=Value(CaseState.SIGNED)),
            When(status=CaseStatus.WITHDRAWN, then=Value(CaseState.WITHDRAWN)),
            When(~Exists(Smear.objects.filter(case=OuterRef("pk"))), then=Value(CaseState.AWAITING_IMAGES)),
            When(Exists(active) & ~is_late, then=Value(CaseState.ANALYSING)),
            When(Exists(open_questions()), then=Value(CaseState.AWAITING_ANSWER)),
            When(asked_for(ReadingKind.ADJUDICATION), then=Value(CaseState.AWAITING_ADJUDICATION)),
            When(asked_for(ReadingKind.SECOND), then=Value(CaseState.AWAITING_SECOND_READING)),
            When(
                Q(current_stage_report=None) | Q(current_stage_report__statement=Statement.UNAVAILABLE),
                then=Value(CaseState.ANALYSIS_UNAVAILABLE),
            ),
            default=Value(CaseState.AWAITING_REVIEW),
            output_field=CharField(),
        ),
        is_overdue=_whether(Q(status=CaseStatus.OPEN, due_at__lt=at)),
        is_held=_whether(Q(status=CaseStatus.OPEN, held_until__isnull=False, held_until__gt=at)),
    )


def open_questions() -> QuerySet[Question]:
    """Return the questions of the case outside that nobody has answered."""
    return Question.objects.filter(case=OuterRef("pk"), answer=None)


def asked_for(kind: ReadingKind, case: OuterRef | None = None) -> Q:
    """Whether a reading of this kind is asked for and not yet given."""
    case = case or OuterRef("pk")
    is_given = Exists(Review.objects.filter(case=case, kind=kind))
    return Q(Exists(ReadingRequest.objects.filter(case=case, kind=kind))) & ~Q(is_given)


def _whether(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())
