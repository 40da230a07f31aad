"""How an artefact in shadow stands to the active one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.fields import CharField
from django.db.models.fields.json import KeyTextTransform

from diagnosis.choices import Comparison, Subtype

if TYPE_CHECKING:
    from typing import TypedDict

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from diagnosis.models import ShadowResult

    class ShadowFacts(TypedDict):
        """What `with_comparison` adds to a shadow result."""

        comparison: str

    ComparedShadow = WithAnnotations[ShadowResult, ShadowFacts]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How an artefact in shadow stands to the one that was active then, counted in images."""

    artefact: str
    active: str
    results: int
    same: int
    across: int


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
