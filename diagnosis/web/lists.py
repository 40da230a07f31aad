"""The two lists of cases: the specialists' worklist, and everybody's cases with the newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import django_filters
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from diagnosis import selectors
from diagnosis.choices import CaseState, Priority
from diagnosis.models import Case, Clinic, SignedReport
from diagnosis.permissions import Permission, clinics_where
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpResponse

    from diagnosis.selectors import CaseWithState

PER_PAGE = 25
LATE = "overdue"
CRITICAL = "critical"


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """What a list of cases can be narrowed to."""

    q = django_filters.CharFilter(method="search")
    clinic = django_filters.ModelChoiceFilter(queryset=lambda request: Clinic.objects.visible_to(request.user))
    priority = django_filters.ChoiceFilter(choices=Priority)
    state = django_filters.ChoiceFilter(choices=CaseState)
    only = django_filters.ChoiceFilter(choices=[(CRITICAL, "critical"), (LATE, "overdue")], method="narrow")

    class Meta:
        model = Case
        fields = ("q", "clinic", "priority", "state", "only")

    def search(self, rows: QuerySet[CaseWithState], _: str, words: str) -> QuerySet[CaseWithState]:
        """Keep the cases whose patient number or accession number holds the words."""
        words = words.strip()
        return rows.filter(Q(accession__icontains=words) | Q(patient__number__icontains=words))

    def narrow(self, rows: QuerySet[CaseWithState], _: str, only: str) -> QuerySet[CaseWithState]:
        """Keep what must not wait."""
        return rows.filter(is_critical=True) if only == CRITICAL else rows.filter(is_overdue=True)


@signed_in
@never_cache
@require_GET
def worklist(request: PersonRequest) -> HttpResponse:
    """Show a specialist what waits for a reader, what is due first first."""
    clinics = clinics_where(request.user, Permission.REVIEW)
    rows = selectors.worklist(request.user).filter(clinic__in=clinics)
    states = [CaseState.AWAITING_REVIEW, CaseState.ANALYSIS_UNAVAILABLE]
    return _list(request, rows, page="worklist", states=states, clinics=clinics)


@signed_in
@never_cache
@require_GET
def cases(request: PersonRequest) -> HttpResponse:
    """Show the cases of the person's clinics, the newest first."""
    # A signed case shows its specialist's finding; the content of the report is too much for a list.
    versions = SignedReport.objects.select_related("review").defer("content").order_by("-version")
    rows = (
        selectors.cases(request.user)
        .annotate(smear_count=Count("smears"))
        .prefetch_related(Prefetch("signed_reports", versions, to_attr="signed_versions"))
        .order_by("-submitted_at", "-pk")
    )
    clinics = list(Clinic.objects.visible_to(request.user))
    return _list(request, rows, page="cases", states=list(CaseState), clinics=clinics)


def _list(
    request: PersonRequest,
    rows: QuerySet[Any],
    *,
    page: str,
    states: list[CaseState],
    clinics: list[Clinic],
) -> HttpResponse:
    narrowed = CaseFilter(request.GET, queryset=rows, request=request)
    context = {
        "list": page,
        "page": Paginator(narrowed.qs, PER_PAGE).get_page(request.GET.get("page")),
        "wanted": request.GET,
        "states": states,
        "clinics": clinics,
        "priorities": Priority,
        "may_submit": bool(clinics_where(request.user, Permission.SUBMIT)),
        "is_narrowed": any(request.GET.get(name) for name in CaseFilter.Meta.fields),
    }
    # htmx asks again for the rows alone, when a filter changes and while the page stays open.
    is_part = request.htmx and not request.htmx.history_restore_request
    return render(request, "cases/_rows.html" if is_part else f"cases/{page}.html", context)
