"""Signing an opinion, and the report that comes of it, as a page and as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from diagnosis import selectors
from diagnosis.errors import DiagnosisError, OwnCase, ReasonsMissing, WrongPassword
from diagnosis.models import Case, Review, SignedReport
from diagnosis.permissions import Permission, clinics_where, may, require
from diagnosis.rendering.printed import printed
from diagnosis.services import report_content, report_reading, reviews
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.selectors import CaseWithState
    from diagnosis.services.report_reading import ReadReport

LONGEST_AMENDMENT_REASON = 2000


@sensitive_post_parameters("password")
@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """Show exactly what a signature would freeze; sign it with the password."""
    review = get_object_or_404(
        Review.objects.filter(case__in=Case.objects.visible_to(request.user)).select_related(
            "case__clinic", "case__patient", "case__submitted_by", "reviewer", "stage_report"
        ),
        pk=review_id,
    )
    require(request.user, Permission.SIGN, review.case.clinic)
    done = SignedReport.objects.filter(review=review).first()
    if done:
        return redirect("signed-report", done.case_id, done.version)
    if request.method == "GET":
        return render(request, "review/sign.html", _signing_page(request, review, None))
    try:
        signed = reviews.sign_off(
            review=review,
            by=request.user,
            password=request.POST.get("password", ""),
            seen=request.POST.get("seen", ""),
            amendment_reason=_amendment_reason(request),
        )
    except DiagnosisError as error:
        return render(request, "review/sign.html", _signing_page(request, Review.objects.get(pk=review.pk), error))
    messages.success(request, f"Signed. Version {signed.version} of the stage report stands.")
    return redirect("signed-report", signed.case_id, signed.version)


@signed_in
@never_cache
@require_GET
def report(request: PersonRequest, case_id: UUID, version: int | None = None) -> HttpResponse:
    """Show the newest report, or one signed version; the machine's part alone is marked as unsigned."""
    case = _case(request, case_id)
    read = report_reading.read(case=case, by=request.user, version=version)
    return render(request, "review/report.html", _report_page(request, case, read))


@signed_in
@never_cache
@require_GET
def report_download(request: PersonRequest, case_id: UUID, version: int | None = None) -> HttpResponse:
    """Send the same as PDF."""
    case = _case(request, case_id)
    read = report_reading.read(case=case, by=request.user, version=version)
    name = f"v{read.signed.version}" if read.signed else "unsigned"
    response = HttpResponse(printed(case, read.content), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="stage-report-{case.pk}-{name}.pdf"'
    return response


def _case(request: PersonRequest, case_id: UUID) -> CaseWithState:
    return get_object_or_404(selectors.cases(request.user), pk=case_id)


def _amendment_reason(request: PersonRequest) -> str:
    return request.POST.get("amendment_reason", "").replace("\x00", "")[:LONGEST_AMENDMENT_REASON]


def _signing_page(request: PersonRequest, review: Review, refusal: DiagnosisError | None) -> dict[str, Any]:
    content, seen = reviews.preview(review)
    if refusal is None and review.case.submitted_by_id == request.user.pk:
        refusal = OwnCase()
    return {
        "case": review.case,
        "review_id": review.pk,
        "content": content,
        "seen": seen,
        "version": review.case.signed_reports.count() + 1,
        "may_sign": not isinstance(refusal, OwnCase) and _newest(review.case) == review,
        "password_refusal": refusal if isinstance(refusal, WrongPassword) else None,
        "reason_refusal": refusal if isinstance(refusal, ReasonsMissing) else None,
        "refusal": None if isinstance(refusal, WrongPassword | ReasonsMissing) else refusal,
        "amendment_reason": _amendment_reason(request),
    }


def _newest(case: Case) -> Review | None:
    return case.reviews.order_by("-reviewed_at", "-id").first()


def _next_case(request: PersonRequest) -> CaseWithState | None:
    """Return what the reader's worklist holds first and somebody else submitted."""
    clinics = clinics_where(request.user, Permission.REVIEW)
    return selectors.worklist(request.user).filter(clinic__in=clinics).exclude(submitted_by=request.user).first()


def _report_page(request: PersonRequest, case: CaseWithState, read: ReadReport) -> dict[str, Any]:
    versions = list(case.signed_reports.select_related("signed_by"))
    return {
        "case": case,
        "content": read.content,
        "signed": read.signed,
        "is_intact": read.signed is not None and report_content.digest(read.content) == read.signed.sha256,
        "versions": versions,
        "next_case": _next_case(request) if read.signed else None,
        "newer": versions[0] if read.signed and versions[0] != read.signed else None,
        "may_review": may(request.user, Permission.REVIEW, case.clinic) and case.submitted_by_id != request.user.pk,
    }
