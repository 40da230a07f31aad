"""What an artefact in shadow would change of what was signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Exists, OuterRef, Value, When

from diagnosis.choices import Comparison
from diagnosis.models import ShadowResult
from diagnosis.selectors.models_used import signed_analyses_by
from diagnosis.selectors.shadows import with_comparison

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from diagnosis.models import Analysis, Clinic
    from diagnosis.selectors.shadows import ComparedShadow


@dataclass(frozen=True, slots=True)
class ShadowProgress:
    """Of how many signed analyses the artefact in shadow has spoken."""

    analyses: int
    answered: int

    @property
    def left(self) -> int:
        """How many it has yet to be asked of."""
        return self.analyses - self.answered

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask."""
        return self.left <= 0


def without_shadow(model: str, clinics: Sequence[Clinic], shadow: str) -> QuerySet[Analysis]:
    """Return the network's signed analyses of which the artefact in shadow has not spoken, the newest first."""
    spoken = ShadowResult.objects.filter(analysis=OuterRef("pk"), artefact=shadow)
    return signed_analyses_by(model, clinics).filter(~Exists(spoken)).order_by("-queued_at", "-pk")


def shadow_progress(model: str, clinics: Sequence[Clinic], shadow: str) -> ShadowProgress:
    """Count the network's signed analyses, and those of which the artefact in shadow has spoken."""
    analyses = signed_analyses_by(model, clinics).count()
    return ShadowProgress(analyses, analyses - without_shadow(model, clinics, shadow).order_by().count())


def shadow_changes(model: str, clinics: Sequence[Clinic], shadow: str) -> QuerySet[ComparedShadow]:
    """Return where the artefact in shadow says something else, across the benign/blast line first."""
    spoken = ShadowResult.objects.filter(artefact=shadow, analysis__in=signed_analyses_by(model, clinics))
    weight = Case(When(comparison=Comparison.ACROSS, then=Value(0)), default=Value(1))
    return (
        with_comparison(spoken)
        .exclude(comparison=Comparison.SAME)
        .select_related("analysis__smear__case__clinic")
        .order_by(weight, "-analysis__queued_at", "-pk")
    )
