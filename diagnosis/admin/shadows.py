from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from diagnosis import selectors
from diagnosis.admin.records import HistoryAdmin
from diagnosis.choices import CaseChange, Comparison
from diagnosis.models import ShadowResult, ShadowStatement
from diagnosis.selectors.shadow_changes import with_change

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from diagnosis.selectors.shadow_changes import ComparedStatement


class ComparisonFilter(admin.SimpleListFilter):
    """Same as the active artefact, different, or across the line."""

    title = _("comparison")
    parameter_name = "comparison"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:  # noqa: ARG002 - Django's interface
        """Return every way in which two artefacts compare."""
        return [(value, str(label)) for value, label in Comparison.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 - Django's interface
        """Keep the results that compare so."""
        return queryset.filter(comparison=self.value()) if self.value() else queryset


@admin.register(ShadowResult)
class ShadowResultAdmin(HistoryAdmin):
    """What the artefact in shadow says beside the active one, and above the list how often they agree."""

    list_display = (
        "analysis",
        "artefact",
        "says",
        "active_artefact",
        "active_says",
        "labelled_comparison",
        "milliseconds",
        "recorded_at",
    )
    list_filter = (
        ComparisonFilter,
        "artefact",
        "outcome",
        "predicted_class",
        "recorded_at",
        ("analysis__smear__case__clinic", AutocompleteSelectFilter),
    )
    list_select_related = ("analysis__smear__case",)
    list_before_template = "admin/agreement.html"
    case = "analysis__smear__case"
    search_fields = ("=analysis__smear__sha256",)
    search_help_text = _("Accession or patient number, SHA-256 of the image")
    label_of: ClassVar = {
        Comparison.SAME: "success",
        Comparison.DIFFERENT: "warning",
        Comparison.ACROSS: "danger",
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[selectors.ComparedShadow]:
        """Return the results with how they compare."""
        return selectors.with_comparison(super().get_queryset(request))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Add how often the artefacts agree, over the results that the filters leave."""
        answer: HttpResponse = super().changelist_view(request, extra_context)
        context = getattr(answer, "context_data", None) or {}
        if "cl" in context:
            context["agreement"] = _table(context["cl"].queryset)
        return answer

    @admin.display(description=_("says"), ordering="predicted_class")
    def says(self, result: ShadowResult) -> str:
        """Return the class, or why there is none."""
        return result.get_predicted_class_display() or result.get_outcome_display()

    @admin.display(description=_("active artefact"))
    def active_artefact(self, result: ShadowResult) -> str:
        """Return the artefact that the analysis was made with."""
        return str(result.analysis.pins["artefact"])

    @admin.display(description=_("says to readers"), ordering="analysis__predicted_class")
    def active_says(self, result: ShadowResult) -> str:
        """Return the class that readers see, or why there is none."""
        return result.analysis.get_predicted_class_display() or result.analysis.get_outcome_display()

    @display(description=_("comparison"), ordering="comparison", label=label_of)
    def labelled_comparison(self, result: selectors.ComparedShadow) -> tuple[str, str]:
        """Return how the two compare, and what that is called."""
        return result.comparison, str(Comparison(result.comparison).label)


@admin.register(ShadowStatement)
class ShadowStatementAdmin(HistoryAdmin):
    """What the case rule makes of the shadow results of a case, beside what was stated."""

    list_display = (
        "stage_report",
        "artefact",
        "statement",
        "is_flagged",
        "stated",
        "labelled_change",
        "usable_images",
        "composed_at",
    )
    list_filter = (
        "artefact",
        "statement",
        "is_flagged",
        "composed_at",
        ("stage_report__case__clinic", AutocompleteSelectFilter),
    )
    list_select_related = ("stage_report__case",)
    case = "stage_report__case"
    search_fields = ("=artefact",)
    search_help_text = _("Accession or patient number, artefact")
    label_of: ClassVar = {
        CaseChange.SAME: "success",
        CaseChange.RAISED: "danger",
        CaseChange.LOWERED: "danger",
        CaseChange.STATEMENT: "warning",
        CaseChange.PATTERN: "warning",
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[ComparedStatement]:
        """Return the statements with what they would change."""
        return with_change(super().get_queryset(request))

    @admin.display(description=_("said to readers"), ordering="stage_report__statement")
    def stated(self, statement: ShadowStatement) -> str:
        """Return the statement that readers see."""
        return statement.stage_report.in_short

    @display(description=_("change"), ordering="change", label=label_of)
    def labelled_change(self, statement: ComparedStatement) -> tuple[str, str]:
        """Return what would change of the case, and what that is called."""
        return statement.change, str(CaseChange(statement.change).label)


def _table(results: QuerySet[selectors.ComparedShadow]) -> dict[str, list[Any]]:
    return {
        "headers": [
            _("artefact in shadow"),
            _("active artefact"),
            _("same outcome and class"),
            _("across the benign/blast line"),
        ],
        "rows": [
            [
                counted.artefact,
                counted.active,
                _("%(same)s of %(results)s images") % {"same": counted.same, "results": counted.results},
                counted.across,
            ]
            for counted in selectors.agreement(results)
        ],
    }
