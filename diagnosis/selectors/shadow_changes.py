"""What an artefact in shadow would change of what was signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.fields import CharField

from diagnosis.choices import AnalysisStatus, CaseChange, Comparison
from diagnosis.models import Analysis, ShadowResult, ShadowStatement, StageReportImage
from diagnosis.selectors.models_used import signed_analyses_by, signed_stage_reports
from diagnosis.selectors.shadows import with_comparison

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypedDict

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from diagnosis.models import Clinic, StageReport
    from diagnosis.selectors.shadows import ComparedShadow

    class StatementFacts(TypedDict):
        """What `with_change` adds to a shadow statement."""

        change: str

    ComparedStatement = WithAnnotations[ShadowStatement, StatementFacts]


@dataclass(frozen=True, slots=True)
class ShadowProgress:
    """Of how many signed analyses the artefact in shadow has spoken, and how many cases have a statement of that."""

    analyses: int
    answered: int
    reports: int
    stated: int
    # Analyses that cannot be asked of any more: their images were deleted at the end of their retention.
    gone: int

    @property
    def left(self) -> int:
        """How many it has yet to be asked of."""
        return self.analyses - self.answered

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to ask."""
        return self.left <= 0 and self.stated >= self.reports

    @property
    def seen(self) -> int:
        """Grows with every step."""
        return self.answered + self.stated


def without_shadow(model: str, clinics: Sequence[Clinic], shadow: str) -> QuerySet[Analysis]:
    """Return the network's signed analyses of which the artefact in shadow can still speak, the newest first."""
    unspoken = _unspoken(model, clinics, shadow).filter(smear__case__images_deleted_at=None)
    return unspoken.order_by("-queued_at", "-pk")


def unstated(model: str, clinics: Sequence[Clinic], shadow: str) -> QuerySet[Analysis]:
    """Return one analysis of each signed stage report that has no statement of the artefact in shadow."""
    first = StageReportImage.objects.filter(
        stage_report__in=_without_statement(model, clinics, shadow), analysis__status=AnalysisStatus.SUCCEEDED
    )
    first = first.order_by("stage_report_id", "pk").distinct("stage_report_id")
    return Analysis.objects.filter(pk__in=first.values("analysis")).order_by("-queued_at", "-pk")


def shadow_progress(model: str, clinics: Sequence[Clinic], shadow: str) -> ShadowProgress:
    """Count the signed analyses and stage reports, and those of which the artefact in shadow has spoken."""
    unspoken = _unspoken(model, clinics, shadow).count()
    left = without_shadow(model, clinics, shadow).order_by().count()
    answered = signed_analyses_by(model, clinics).count() - unspoken
    stated = ShadowStatement.objects.filter(
        artefact=shadow, stage_report__in=signed_stage_reports(model, clinics)
    ).count()
    return ShadowProgress(
        analyses=answered + left,
        answered=answered,
        reports=stated + _without_statement(model, clinics, shadow).count(),
        stated=stated,
        gone=unspoken - left,
    )


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


def case_changes(model: str, clinics: Sequence[Clinic], shadow: str) -> QuerySet[ComparedStatement]:
    """Return the signed cases of which the artefact in shadow would have led to another statement, the flag first."""
    stated = ShadowStatement.objects.filter(artefact=shadow, stage_report__in=signed_stage_reports(model, clinics))
    order = [When(change=change, then=Value(place)) for place, change in enumerate(CaseChange.values)]
    return (
        with_change(stated)
        .exclude(change=CaseChange.SAME)
        .select_related("stage_report__case__clinic")
        .order_by(Case(*order), "-stage_report__composed_at", "-pk")
    )


def with_change(rows: QuerySet[ShadowStatement]) -> QuerySet[ComparedStatement]:
    """Annotate shadow statements with how they stand to what was stated of the case."""
    return rows.annotate(
        change=Case(
            When(is_flagged=True, stage_report__is_flagged=False, then=Value(CaseChange.RAISED)),
            When(is_flagged=False, stage_report__is_flagged=True, then=Value(CaseChange.LOWERED)),
            When(~Q(statement=F("stage_report__statement")), then=Value(CaseChange.STATEMENT)),
            When(~Q(pattern_class=F("stage_report__pattern_class")), is_flagged=True, then=Value(CaseChange.PATTERN)),
            default=Value(CaseChange.SAME),
            output_field=CharField(),
        )
    )


def counted_changes(rows: QuerySet[ComparedStatement]) -> list[tuple[CaseChange, int]]:
    """Count the changed cases by how they change; a kind without any is told too."""
    counted = dict(rows.order_by().values_list("change").annotate(cases=Count("pk")))
    return [(change, counted.get(change, 0)) for change in CaseChange if change != CaseChange.SAME]


def with_images(rows: QuerySet[ComparedStatement], shadow: str) -> QuerySet[ComparedStatement]:
    """Bring the images of each case along, each with what the artefact in shadow says of it as `spoken`."""
    spoken = Prefetch(
        "analysis__shadow_results",
        queryset=with_comparison(ShadowResult.objects.filter(artefact=shadow)),
        to_attr="spoken",
    )
    images = StageReportImage.objects.select_related("analysis__smear").prefetch_related(spoken)
    return rows.prefetch_related(Prefetch("stage_report__images", queryset=images))


def _unspoken(model: str, clinics: Sequence[Clinic], shadow: str) -> QuerySet[Analysis]:
    spoken = ShadowResult.objects.filter(analysis=OuterRef("pk"), artefact=shadow)
    return signed_analyses_by(model, clinics).filter(~Exists(spoken))


def _without_statement(model: str, clinics: Sequence[Clinic], shadow: str) -> QuerySet[StageReport]:
    """Return the stage reports of which a statement can still be made."""
    stated = ShadowStatement.objects.filter(stage_report=OuterRef("pk"), artefact=shadow)
    reports = signed_stage_reports(model, clinics).filter(~Exists(stated))
    # All its images have to be spoken of first, and those that were deleted never will be.
    silent = StageReportImage.objects.filter(
        stage_report=OuterRef("pk"), analysis__in=_unspoken(model, clinics, shadow)
    )
    return reports.exclude(Exists(silent), case__images_deleted_at__isnull=False)
