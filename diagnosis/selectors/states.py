"""The states that people see of a case: the one definition, derived when it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Case, Exists, OuterRef, Q, Value, When
from django.db.models.fields import CharField
from django.utils import timezone

from diagnosis.choices import ACTIVE_ANALYSIS, CaseState, CaseStatus, Statement
from diagnosis.models import Analysis, Smear
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

    CaseWithState = WithAnnotations[CaseRow, CaseFacts]

# The machine never delays a human: after this long without an answer a case is open for review as it is.
ANSWER_OVERDUE_AFTER = timedelta(minutes=5)


def with_state(rows: QuerySet[CaseRow], *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Annotate cases with the state that people see; this is the one definition."""
    at = at or timezone.now()
    active = Analysis.objects.filter(smear__case=OuterRef("pk"), status__in=ACTIVE_ANALYSIS)
    return rows.annotate(
        has_smears=Exists(Smear.objects.filter(case=OuterRef("pk"))),
        is_analysing=Exists(active),
        answer_is_late=Exists(active.filter(queued_at__lt=at - ANSWER_OVERDUE_AFTER)),
    ).annotate(
        state=Case(
            When(status=CaseStatus.SIGNED, then=Value(CaseState.SIGNED)),
            When(status=CaseStatus.WITHDRAWN, then=Value(CaseState.WITHDRAWN)),
            When(has_smears=False, then=Value(CaseState.AWAITING_IMAGES)),
            When(is_analysing=True, answer_is_late=False, then=Value(CaseState.ANALYSING)),
            When(
                Q(current_stage_report=None) | Q(current_stage_report__statement=Statement.UNAVAILABLE),
                then=Value(CaseState.ANALYSIS_UNAVAILABLE),
            ),
            default=Value(CaseState.AWAITING_REVIEW),
            output_field=CharField(),
        ),
        is_overdue=Case(
            When(status=CaseStatus.OPEN, due_at__lt=at, then=Value(value=True)),
            default=Value(value=False),
            output_field=BooleanField(),
        ),
    )
