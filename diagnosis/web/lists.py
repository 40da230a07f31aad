"""The two lists of cases: the specialists' worklist, and everybody's cases with the newest first."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Count, ExpressionWrapper, OuterRef, Prefetch, Q, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from diagnosis import selectors
from diagnosis.blindness import hidden_from
from diagnosis.choices import CaseState, CaseStatus, Priority, Specimen
from diagnosis.filters import CaseFilter
from diagnosis.models import Case, Clinic, Device, SignedReport, Smear, User
from diagnosis.permissions import ALLOWED, Permission, clinics_where
from diagnosis.selectors.readers import may_be_of
from diagnosis.selectors.search import PIECE, found
from diagnosis.selectors.states import WAITING, awaited_readings, is_answered
from diagnosis.services.saved_views import MOST_VIEWS
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.keyset import page_of
from diagnosis.web.saved_views import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from diagnosis.selectors import CaseWithState, Counts

# What stands below the worklist: what its clinic was asked about. More of it has a page of its own.
MOST_BELOW = 25
ANSWERS, OTHERS = "answers", "others"


@dataclass(frozen=True, slots=True)
class List:
    """One of the two lists: where its rows come from, and what is offered to narrow it."""

    name: str
    rows: QuerySet[CaseWithState]
    full: QuerySet[CaseWithState]
    by: str
    clinics: Sequence[Clinic]
    states: Sequence[CaseState]
    counts: Counts
    below: QuerySet[CaseWithState] | None = None


@signed_in
@never_cache
@require_GET
def worklist(request: PersonRequest) -> HttpResponse:
    """Show a specialist what waits for a reader, what is due first first; what waits for an answer stands below."""
    user = request.user
    asked = {ANSWERS: selectors.awaiting_answer, OTHERS: selectors.for_others}.get(request.GET.get("show", ""))
    listed = List(
        name="worklist",
        rows=(asked or selectors.worklist)(user),
        full=selectors.open_cases(user),
        by="due_at",
        clinics=clinics_where(user, Permission.REVIEW),
        states=WAITING,
        counts=selectors.worklist_counts(user),
        below=None if asked else selectors.awaiting_answer(user),
    )
    return _answer(request, listed)


@signed_in
@never_cache
@require_GET
def cases(request: PersonRequest) -> HttpResponse:
    """Show the cases of the person's clinics, the newest first."""
    clinics = list(Clinic.objects.visible_to(request.user))
    rows = selectors.cases(request.user).select_related("held_by")
    listed = List(
        name="cases",
        # Ids and no subquery: then the newest come out of an index in order.
        rows=rows.filter(clinic__in=clinics),
        full=rows,
        by="-submitted_at",
        clinics=clinics,
        states=list(CaseState),
        counts=selectors.open_counts(clinics),
    )
    return _answer(request, listed)


def _answer(request: PersonRequest, listed: List) -> HttpResponse:
    # A date without a time is one of the clinic's clock: of the one that is asked for, else of the first.
    asked = [clinic for clinic in listed.clinics if clinic.slug == request.GET.get("clinic")]
    zone = next((ZoneInfo(clinic.time_zone) for clinic in [*asked, *listed.clinics]), None)
    with timezone.override(zone or timezone.get_current_timezone()):
        page = page_of(
            _narrowed(request, listed.rows), _in_full(listed.full, request.user), by=listed.by, wanted=request.GET
        )
        below = _below(request, listed) if not page.after else []
    context = {
        "list": listed.name,
        "awaited": WAITING,
        "page": page,
        "below": below,
        "counts": listed.counts,
        "clinics": listed.clinics,
        "hidden": hidden_from(request.user, [*page.rows, *below]),
        "wanted": request.GET,
        "elsewhere": {} if page.rows or below or listed.name == "cases" else _elsewhere(request),
        "may_submit": bool(clinics_where(request.user, Permission.SUBMIT)),
        "is_narrowed": _is_narrowed(request),
        "is_short": 0 < len(request.GET.get("q", "").strip()) < PIECE,
        "views": request.user.saved_views.filter(list=listed.name)[:MOST_VIEWS],
        "kept_query": kept(request.GET),
    }
    content = render_to_string("cases/_content.html", context, request)
    seen = hashlib.sha256(content.encode()).hexdigest()[:16]
    # htmx asks again for the rows alone, when a filter changes and while the page stays open.
    if request.htmx and not request.htmx.history_restore_request:
        if request.headers.get("X-Seen") == seen:
            return HttpResponse(status=204)
        return render(request, "cases/_rows.html", {**context, "content": content, "seen": seen, "is_part": True})
    offered = {
        "states": listed.states,
        "priorities": Priority,
        "specimens": Specimen,
        "devices": Device.objects.in_use_at(listed.clinics).select_related("clinic"),
        "submitters": _submitters(listed.clinics),
    }
    return render(request, f"cases/{listed.name}.html", {**context, **offered, "content": content, "seen": seen})


def _is_narrowed(request: PersonRequest) -> bool:
    return any(request.GET.get(name) for name in CaseFilter.base_filters)


def _narrowed(request: PersonRequest, rows: QuerySet[CaseWithState]) -> QuerySet[CaseWithState]:
    """Apply the filters; without one, their form is not even made: most requests are polls of the plain list."""
    return CaseFilter(request.GET, queryset=rows, request=request).qs if _is_narrowed(request) else rows


def _elsewhere(request: PersonRequest) -> dict[str, Any]:
    """Count what a search finds of cases that wait for nobody, or not for this reader."""
    words = request.GET.get("q", "").strip()
    if not words:
        return {}
    is_signed = Q(status=CaseStatus.SIGNED)
    numbers = found(Case.objects.visible_to(request.user), words).aggregate(
        signed=Count("pk", filter=is_signed), others=Count("pk", filter=~is_signed)
    )
    return {**numbers, "query": urlencode({"q": words})}


def _below(request: PersonRequest, listed: List) -> list[CaseWithState]:
    if listed.below is None:
        return []
    keys = list(_narrowed(request, listed.below).values_list("pk", flat=True)[:MOST_BELOW])
    return list(_in_full(listed.full, request.user).filter(pk__in=keys).order_by("due_at", "pk")) if keys else []


def _in_full(rows: QuerySet[CaseWithState], user: User) -> QuerySet[CaseWithState]:
    """Add what a row shows besides: images, the signed finding, answers, and who may read it or was asked to."""
    images = Smear.objects.filter(case=OuterRef("pk")).order_by().values("case").values(number=Count("pk"))
    asked = awaited_readings().filter(asked_of__isnull=False).select_related("asked_of", "asked_by")
    # The content of a report is too much for a list.
    versions = SignedReport.objects.select_related("review").defer("content").order_by("-version")
    return (
        selectors.with_readers(rows)
        .annotate(
            smear_count=Subquery(images),
            is_answered=ExpressionWrapper(is_answered(), output_field=BooleanField()),
            may_take=ExpressionWrapper(may_be_of(user), output_field=BooleanField()),
        )
        .prefetch_related(
            Prefetch("signed_reports", versions, to_attr="signed_versions"),
            Prefetch("reading_requests", asked, to_attr="asked_by_name"),
        )
    )


def _submitters(clinics: Sequence[Clinic]) -> QuerySet[User]:
    roles = [role for role, allowed in ALLOWED.items() if Permission.SUBMIT in allowed]
    members = User.objects.filter(memberships__clinic__in=clinics, memberships__role__in=roles)
    return members.distinct().order_by("last_name", "first_name", "username")
