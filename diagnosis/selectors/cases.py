"""Cases, and what is asked of one case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, Q

from diagnosis.choices import ACTIVE_ANALYSIS, AnalysisStatus
from diagnosis.models import Analysis, Case, Smear
from diagnosis.selectors.states import with_state

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import SignedReport, User
    from diagnosis.selectors.states import CaseWithState


def cases(user: User, *, at: datetime | None = None) -> QuerySet[CaseWithState]:
    """Return the user's cases, each with its `state` and `is_overdue`."""
    return with_state(Case.objects.visible_to(user), at=at).select_related(
        "clinic", "patient", "submitted_by", "current_stage_report"
    )


def newest_analyses(case: Case) -> list[Analysis]:
    """Return each smear's newest analysis that was not cancelled, in the order of the smears."""
    return list(
        Analysis.objects.filter(smear__case=case)
        .exclude(status=AnalysisStatus.CANCELLED)
        .select_related("smear")
        .order_by("smear__number", "-queued_at", "-id")
        .distinct("smear__number")
    )


def current_signed_report(case: Case) -> SignedReport | None:
    """Return the newest signed version of the case's report."""
    return case.signed_reports.select_related("signed_by", "review").order_by("-version").first()


def progress(case: Case) -> dict[str, int]:
    """Return how many of the case's smears the engine has answered."""
    counts = Smear.objects.filter(case=case).aggregate(
        smears=Count("pk", distinct=True),
        active=Count("pk", filter=Q(analyses__status__in=ACTIVE_ANALYSIS), distinct=True),
    )
    return {"smears": counts["smears"], "answered": counts["smears"] - counts["active"]}


def waits(rows: QuerySet[Analysis]) -> QuerySet[Analysis]:
    """Annotate analyses with how long they waited for a worker and how long they ran."""
    return rows.annotate(wait=F("started_at") - F("queued_at"), run=F("finished_at") - F("started_at"))
