"""Which signed reports rest on a network, and what the one in shadow would change of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from diagnosis import artefacts, selectors
from diagnosis.choices import Act, Comparison
from diagnosis.csv_files import csv_file
from diagnosis.errors import NotAllowed
from diagnosis.permissions import Permission, clinics_where
from diagnosis.selectors.shadow_changes import (
    case_changes,
    counted_changes,
    shadow_changes,
    shadow_progress,
    with_images,
)
from diagnosis.services import shadows
from diagnosis.services.audit import note
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.model_pages import answering_for, named_or_404

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import StreamingHttpResponse

    from diagnosis.models import Clinic, SignedReport

PER_PAGE = 50
CHANGES_SHOWN = 200
CASES_SHOWN = 100


@signed_in
@never_cache
@require_GET
def reports(request: PersonRequest, sha256: str) -> HttpResponse:
    """Show the signed reports of the person's clinics that rest on a network, the newest first."""
    clinics = answering_for(request)
    rows = _newest(selectors.reports_that_used(sha256, clinics))
    found = list(_after(rows, request.GET.get("after", ""))[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    context = {
        "name": named_or_404(sha256),
        "sha256": sha256,
        "reports": shown,
        "after": _place(shown[-1]) if len(found) > PER_PAGE else "",
        "is_continued": "after" in request.GET,
        "may_run_shadow": bool(clinics_where(request.user, Permission.RUN_SHADOW)),
    }
    return render(request, "models/reports.html", context)


@signed_in
@never_cache
@require_GET
def reports_csv(request: PersonRequest, sha256: str) -> StreamingHttpResponse:
    """Stream the same list; it names no patient."""
    clinics = answering_for(request)
    named_or_404(sha256)
    _note_export(request, clinics, sha256, "reports")
    rows = _newest(selectors.reports_that_used(sha256, clinics)).values_list(
        "case__clinic__slug",
        "case__accession",
        "version",
        "case__submitted_by__username",
        "signed_by__username",
        "signed_at",
        "review__finding",
        "code",
        "sha256",
    )
    titles = ("clinic", "accession", "version", "submitted_by", "signed_by", "signed_at", "finding", "code", "sha256")
    return csv_file("reports.csv", titles, rows.iterator())


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def shadow(request: PersonRequest, sha256: str) -> HttpResponse:
    """Ask the network in shadow about what was signed, after saying how much that is; show what it would change."""
    clinics = _running_shadow(request)
    name = named_or_404(sha256)
    if request.method == "POST":
        asked = shadows.ask_again(model=sha256, clinics=clinics, by=request.user, at=timezone.now())
        told = ngettext("%(count)s analysis is asked again.", "%(count)s analyses are asked again.", asked)
        messages.success(request, told % {"count": asked})
        return redirect("model-shadow", sha256)
    return render(request, "models/shadow.html", {"name": name, **_spoken(clinics, sha256)})


@signed_in
@never_cache
@require_GET
def progress(request: PersonRequest, sha256: str) -> HttpResponse:
    """Show how far the network in shadow is; nothing while nothing has changed."""
    spoken = _spoken(_running_shadow(request), sha256)
    now = spoken["progress"]
    if now is None or str(now.seen) == request.GET.get("seen"):
        return HttpResponse(status=204)
    return render(request, "models/_shadow.html", spoken)


@signed_in
@never_cache
@require_GET
def changes_csv(request: PersonRequest, sha256: str) -> StreamingHttpResponse:
    """Stream every image of which the network in shadow says something else."""
    clinics, shadow = _exporting_from_shadow(request, sha256, "changes")
    rows = (
        (
            row.analysis.smear.case.clinic.slug,
            row.analysis.smear.case.accession,
            row.analysis.smear.number,
            row.comparison,
            row.analysis.predicted_class or row.analysis.outcome,
            row.predicted_class or row.outcome,
        )
        for row in shadow_changes(sha256, clinics, shadow).iterator(chunk_size=1000)
    )
    titles = ("clinic", "accession", "image", "comparison", "said", "would_say")
    return csv_file("changes.csv", titles, rows)


@signed_in
@never_cache
@require_GET
def cases_csv(request: PersonRequest, sha256: str) -> StreamingHttpResponse:
    """Stream every case of which the network in shadow would have led to another statement."""
    clinics, shadow = _exporting_from_shadow(request, sha256, "case changes")
    titles = {
        "clinic": "stage_report__case__clinic__slug",
        "accession": "stage_report__case__accession",
        "stage_report": "stage_report__version",
        "change": "change",
        "flag_said": "stage_report__is_flagged",
        "flag_would_be": "is_flagged",
        "said": "stage_report__statement",
        "would_say": "statement",
        "class_said": "stage_report__pattern_class",
        "class_would_say": "pattern_class",
        "usable_images_said": "stage_report__usable_images",
        "usable_images_would_be": "usable_images",
        "case_rule": "rule_version",
    }
    rows = case_changes(sha256, clinics, shadow).values_list(*titles.values())
    return csv_file("case-changes.csv", tuple(titles), rows.iterator())


def _exporting_from_shadow(request: PersonRequest, sha256: str, listed: str) -> tuple[list[Clinic], str]:
    clinics = _running_shadow(request)
    named = artefacts.named(settings.SHADOW_ARTEFACT)
    if named is None:
        raise Http404
    _note_export(request, clinics, sha256, listed)
    return clinics, named.name


def _running_shadow(request: PersonRequest) -> list[Clinic]:
    clinics = clinics_where(request.user, Permission.RUN_SHADOW)
    if not clinics:
        raise NotAllowed
    return clinics


def _spoken(clinics: list[Clinic], sha256: str) -> dict[str, Any]:
    named = artefacts.named(settings.SHADOW_ARTEFACT)
    if named is None or named.sha256 == sha256:
        return {"sha256": sha256, "shadow": named, "progress": None}
    changes = shadow_changes(sha256, clinics, named.name)
    cases = case_changes(sha256, clinics, named.name)
    return {
        "sha256": sha256,
        "shadow": named,
        "progress": shadow_progress(sha256, clinics, named.name),
        "at_once": shadows.AT_ONCE,
        "cases": with_images(cases, named.name)[:CASES_SHOWN],
        "cases_shown": CASES_SHOWN,
        "case_counts": counted_changes(cases),
        "changes": changes[:CHANGES_SHOWN],
        "changes_shown": CHANGES_SHOWN,
        "changed": changes.count(),
        "across": changes.filter(comparison=Comparison.ACROSS).count(),
    }


def _note_export(request: PersonRequest, clinics: list[Clinic], sha256: str, listed: str) -> None:
    for clinic in clinics:
        note(Act.EXPORTED, at=timezone.now(), by=request.user, clinic=clinic, list=listed, model=sha256)


def _newest(rows: QuerySet[SignedReport]) -> QuerySet[SignedReport]:
    return rows.select_related("case__clinic", "signed_by", "review").defer("content").order_by("-signed_at", "-pk")


def _place(report: SignedReport) -> str:
    return f"{report.signed_at.isoformat()}_{report.pk}"


def _after(rows: QuerySet[SignedReport], place: str) -> QuerySet[SignedReport]:
    """Go on behind a place in the list; one that cannot be read is its beginning."""
    signed_at, _, pk = place.partition("_")
    try:
        at, last = parse_datetime(signed_at), UUID(pk)
    except ValueError:
        return rows
    return rows.filter(signed_at__lte=at).exclude(Q(signed_at=at, pk__gte=last)) if at else rows
