from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import display
from unfold.views import ChangeList

from diagnosis import selectors
from diagnosis.admin.records import KeptAdmin
from diagnosis.admin.run_again import run_again
from diagnosis.choices import CaseState, CaseStatus
from diagnosis.models import Case, Smear
from diagnosis.services import corrections

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest
    from django.template.response import TemplateResponse

    from diagnosis.models import User


class CaseList(ChangeList):
    """A page of cases: the page is found first, and what is expensive to know of a case is asked of its rows alone."""

    def get_results(self, request: HttpRequest) -> None:
        """Find the keys of the page, then the rows with their states, in the same order."""
        super().get_results(request)
        page: QuerySet[Case] = self.result_list  # type: ignore[has-type]
        keys = list(page.values_list("pk", flat=True))
        self.result_list = self.queryset.filter(pk__in=keys)


@admin.register(Case)
class CaseAdmin(KeptAdmin):
    """Cases. Services decide their course; a slip in the clinical facts may be corrected until they are signed."""

    list_display = (
        "accession",
        "clinic",
        "patient",
        "priority",
        "labelled_state",
        "criticality",
        "submitted_at",
        "due_at",
    )
    list_filter = (
        "status",
        "priority",
        "is_critical",
        "specimen",
        ("clinic", AutocompleteSelectFilter),
        ("submitted_at", RangeDateTimeFilter),
    )
    case = "pk"
    exported = (
        "id",
        "clinic__slug",
        "accession",
        "priority",
        "status",
        "is_critical",
        "submitted_at",
        "due_at",
        "signed_at",
    )
    list_select_related = ("clinic", "patient")
    search_fields = ("accession", "patient__number")
    search_help_text = _("Accession number, patient number or id")
    actions = ("run_analyses_again",)
    fieldsets = (
        (None, {"fields": ("accession", "clinic", "patient", "submitted_by", "submitted_at")}),
        (
            _("Course"),
            {
                "fields": (
                    ("shown_state", "status", "priority", "is_critical"),
                    ("due_at", "signed_at"),
                    ("held_by", "held_at", "held_until"),
                    "current_stage_report",
                )
            },
        ),
        (
            _("Clinical facts"),
            {
                "fields": (
                    ("specimen", "stain"),
                    ("microscope", "device"),
                    "clinical_notes",
                    "treatment",
                    ("haemoglobin", "white_cells", "platelets"),
                )
            },
        ),
    )
    readonly_fields = (
        "clinic",
        "patient",
        "submitted_by",
        "submitted_at",
        "shown_state",
        "status",
        "priority",
        "is_critical",
        "due_at",
        "signed_at",
        "held_by",
        "held_at",
        "held_until",
        "microscope",
        "current_stage_report",
    )
    label_of: ClassVar = {
        CaseState.AWAITING_REVIEW: "warning",
        CaseState.ANALYSIS_UNAVAILABLE: "danger",
        CaseState.ANALYSING: "info",
        CaseState.AWAITING_ANSWER: "info",
        CaseState.AWAITING_SECOND_READING: "warning",
        CaseState.AWAITING_ADJUDICATION: "warning",
        CaseState.SIGNED: "success",
        CaseState.AWAITING_IMAGES: "default",
        CaseState.WITHDRAWN: "default",
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Return the cases with the state that people see."""
        return selectors.with_state(super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CaseList]:  # noqa: ARG002 - Django's interface
        """Return the list that asks for the states of one page."""
        return CaseList

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Close a case's facts with the case."""
        is_open = obj is None or cast("Case", obj).status == CaseStatus.OPEN
        return is_open and bool(super().has_change_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: Case, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's interface
        """Put on record which facts became others."""
        super().save_model(request, obj, form, change)
        if form.changed_data:
            corrections.case_corrected(obj, form.changed_data, by=cast("User", request.user))

    @display(description=_("state"), label=label_of)
    def labelled_state(self, case: selectors.CaseWithState) -> tuple[str, str]:
        """Return the derived state, and what it is called."""
        return case.state, self.shown_state(case)

    @admin.display(description=_("state"))
    def shown_state(self, case: selectors.CaseWithState) -> str:
        """Return what the derived state is called."""
        return str(CaseState(case.state).label)

    @display(description=_("critical"), ordering="is_critical", label={"critical": "danger"})
    def criticality(self, case: Case) -> tuple[str, str] | None:
        """Say so of critical cases only."""
        return ("critical", str(_("critical"))) if case.is_critical else None

    @admin.action(description=_("Run analyses again"), permissions=["view"])
    def run_analyses_again(self, request: HttpRequest, cases: QuerySet[Case]) -> TemplateResponse | None:
        """Queue a new analysis of every smear of the cases."""
        smears = Smear.objects.filter(case__in=cases.values("pk"))
        return run_again(self, request, smears, cast("User", request.user))
