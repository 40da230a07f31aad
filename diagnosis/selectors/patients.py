"""What is known of the same patient from other cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import OuterRef, Prefetch, Subquery

from diagnosis.choices import Finding
from diagnosis.models import SignedReport, Smear
from diagnosis.selectors.cases import cases

if TYPE_CHECKING:
    from diagnosis.models import Case, User
    from diagnosis.selectors.states import CaseWithState

# Of each case, so many smears are shown.
SMEARS = 3


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another case of the patient: the finding that was signed, empty before, and its first smears."""

    case: CaseWithState
    finding: str
    smears: list[Smear]


def other_cases(case: Case, *, seen_by: User, count: int = 10) -> list[OtherCase]:
    """Return the patient's other cases that the person may see, the newest first."""
    newest = SignedReport.objects.filter(case=OuterRef("pk")).order_by("-version")
    found = (
        cases(seen_by)
        .filter(patient=case.patient)
        .exclude(pk=case.pk)
        .annotate(signed_finding=Subquery(newest.values("review__finding")[:1]))
        .prefetch_related(Prefetch("smears", Smear.objects.filter(number__lte=SMEARS), to_attr="first_smears"))
        .order_by("-submitted_at", "-pk")[:count]
    )
    return [
        OtherCase(other, str(Finding(other.signed_finding).label) if other.signed_finding else "", other.first_smears)
        for other in found
    ]
