"""Reads that span models. The states that people see are defined here once, for the portal, the API and the admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import BooleanField, Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.fields import CharField
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from diagnosis.choices import ACTIVE_ANALYSIS, AnalysisStatus, CaseState, CaseStatus, Comparison, Statement, Subtype
from diagnosis.models import Analysis, Smear
from diagnosis.models import Case as CaseRow

if TYPE_CHECKING:
    from datetime import datetime
    from typing import TypedDict

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from diagnosis.models import ShadowResult, SignedReport, User

    class CaseFacts(TypedDict):
        """What `with_state` adds to a case."""

        state: str
        is_overdue: bool

    CaseWithState = WithAnnotations[CaseRow, CaseFacts]

    class ShadowFacts(TypedDict):
        """What `with_comparison` adds to a shadow result."""

        comparison: str

    ComparedShadow = WithAnnotations[ShadowResult, ShadowFacts]

# The machine never delays a human: after this long without an answer a case is open for review as it is.
ANSWER_OVERDUE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an artefact in shadow stands to the one that was active then, counted in images."""

    artefact: str
    active: str
    results: int
    same: int
    across: int


def cases(user: User, *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Return the user's cases, each with its `state`, `is_overdue` and counts of smears."""
    return with_state(CaseRow.objects.visible_to(user), at=at).select_related(
        "clinic", "patient", "submitted_by", "current_stage_report"
    )


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


def worklist(user: User, *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Return the user's open cases that wait for a reader, what is due first first."""
    waiting = [CaseState.AWAITING_REVIEW, CaseState.ANALYSIS_UNAVAILABLE]
    return (
        cases(user, at=at)
        .filter(status=CaseStatus.OPEN, state__in=waiting)
        .annotate(smear_count=Count("smears"))
        .order_by("due_at", "-is_critical", "pk")
    )


def newest_analyses(case: CaseRow) -> list[Analysis]:
    """Return each smear's newest analysis that was not cancelled, in the order of the smears."""
    return list(
        Analysis.objects.filter(smear__case=case)
        .exclude(status=AnalysisStatus.CANCELLED)
        .select_related("smear")
        .order_by("smear__number", "-queued_at", "-id")
        .distinct("smear__number")
    )


def current_signed_report(case: CaseRow) -> SignedReport | None:
    """Return the newest signed version of the case's report."""
    return case.signed_reports.select_related("signed_by", "review").order_by("-version").first()


def progress(case: CaseRow) -> dict[str, int]:
    """Return how many of the case's smears the engine has answered."""
    counts = Smear.objects.filter(case=case).aggregate(
        smears=Count("pk", distinct=True),
        active=Count("pk", filter=Q(analyses__status__in=ACTIVE_ANALYSIS), distinct=True),
    )
    return {"smears": counts["smears"], "answered": counts["smears"] - counts["active"]}


def waits(rows: QuerySet[Analysis]) -> QuerySet[Analysis]:
    """Annotate analyses with how long they waited for a worker and how long they ran."""
    return rows.annotate(wait=F("started_at") - F("queued_at"), run=F("finished_at") - F("started_at"))


def with_comparison(rows: QuerySet[ShadowResult]) -> QuerySet[ComparedShadow]:
    """Annotate shadow results with how they stand to the active artefact's; the line is between given classes only."""
    both_classify = ~Q(predicted_class="") & ~Q(analysis__predicted_class="")
    one_is_benign = Q(predicted_class=Subtype.BENIGN) ^ Q(analysis__predicted_class=Subtype.BENIGN)
    same = Q(outcome=F("analysis__outcome"), predicted_class=F("analysis__predicted_class"))
    return rows.annotate(
        comparison=Case(
            When(both_classify & one_is_benign, then=Value(Comparison.ACROSS)),
            When(same, then=Value(Comparison.SAME)),
            default=Value(Comparison.DIFFERENT),
            output_field=CharField(),
        )
    )


def agreement(rows: QuerySet[ComparedShadow]) -> list[Agreement]:
    """Count for each two artefacts how often they say the same, and how often they lie across the line."""
    counted = (
        rows.annotate(active=KeyTextTransform("artefact", "analysis__pins"))
        .order_by("artefact", "active")
        .values("artefact", "active")
        .annotate(
            results=Count("pk"),
            same=Count("pk", filter=Q(comparison=Comparison.SAME)),
            across=Count("pk", filter=Q(comparison=Comparison.ACROSS)),
        )
    )
    return [Agreement(**each) for each in counted]
