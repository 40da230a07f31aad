"""Signing an opinion, and the report that comes of it, as a page and as PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from diagnosis import selectors
from diagnosis.choices import ReadingKind
from diagnosis.errors import DiagnosisError, HeldByAnother, ReasonsMissing, StalePage, TooManyTries, WrongPassword
from diagnosis.models import ReadingRequest, SignedReport
from diagnosis.permissions import Permission, may
from diagnosis.rendering.printed import file_name, printed
from diagnosis.selectors.readings import is_own
from diagnosis.services import report_reading, reviews
from diagnosis.services.second_readings import reads_twice
from diagnosis.services.signed_reports import preview
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.committing import waits_for
from diagnosis.web.own_opinion import own_opinion, refusal_now

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.models import Review
    from diagnosis.selectors import CaseWithState
    from diagnosis.services.report_reading import ReadReport

LONGEST_AMENDMENT_REASON = 2000


@sensitive_post_parameters("password")
@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """Show exactly what a signature would freeze; sign it with the password."""
    case, opinion = own_opinion(request, review_id)
    done = SignedReport.objects.filter(review=opinion).first() if opinion else None
    if done:
        messages.info(request, _signed_already(done))
        return redirect("signed-report", done.case_id, done.version)
    refusal = None
    if opinion and request.method == "POST" and "password" in request.POST:
        try:
            return _signed(request, opinion)
        except DiagnosisError as error:
            refusal = error
            case, opinion = own_opinion(request, review_id)
    if opinion is None or (opinion.is_blind and not reviews.is_stored(opinion)):
        return redirect("review", case.pk)
    return render(request, "review/sign.html", _signing_page(request, opinion, refusal))


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
    response = HttpResponse(printed(case, read), content_type="application/pdf")
    named = content_disposition_header(as_attachment=True, filename=file_name(case, read))
    response["Content-Disposition"] = named or "attachment"
    return response


def _case(request: PersonRequest, case_id: UUID) -> CaseWithState:
    return get_object_or_404(selectors.cases(request.user), pk=case_id)


def _signed(request: PersonRequest, opinion: Review) -> HttpResponse:
    """Sign the opinion, and lead to the report; where another reading comes first, back to the worklist."""
    now = timezone.now()
    signed = reviews.sign_off(
        review=opinion,
        by=request.user,
        password=request.POST["password"],
        seen=request.POST.get("seen", ""),
        amendment_reason=_amendment_reason(request),
        request=request,
        at=now,
    )
    if isinstance(signed, ReadingRequest):
        messages.success(request, waits_for(ReadingKind(signed.kind)))
        return redirect("worklist")
    if signed.signed_at < now:
        messages.info(request, _signed_already(signed))
    else:
        done = _("Signed. Version %(version)s of the stage report stands.") % {"version": signed.version}
        messages.success(request, done)
        progress = selectors.progress_of_case(signed.case)
        if progress and progress.outdated_call:
            again = _("The finding changed since the submitting doctor was called. Call again and record that call.")
            messages.warning(request, again)
    return redirect("signed-report", signed.case_id, signed.version)


def _signed_already(report: SignedReport) -> str:
    return _("You signed this opinion already: this is version %(version)s. Nothing was signed again.") % {
        "version": report.version
    }


def _amendment_reason(request: PersonRequest) -> str:
    return request.POST.get("amendment_reason", "").replace("\x00", "")[:LONGEST_AMENDMENT_REASON]


def _signing_page(request: PersonRequest, opinion: Review, refusal: DiagnosisError | None) -> dict[str, Any]:
    content, seen = preview(opinion)
    standing = refusal_now(request, opinion)
    version = opinion.case.signed_reports.count() + 1
    at_password = refusal if isinstance(refusal, WrongPassword | TooManyTries) else None
    at_reason = refusal if isinstance(refusal, ReasonsMissing) and version > 1 else None
    return {
        "case": opinion.case,
        "same_images": selectors.same_images(opinion.case, seen_by=request.user),
        "review_id": opinion.pk,
        "content": content,
        "seen": seen,
        "version": version,
        "may_be_read_twice": version == 1 and opinion.kind == ReadingKind.FIRST and reads_twice(opinion.case.clinic),
        "may_sign": not standing and (not refusal or isinstance(refusal, StalePage) or at_password or at_reason),
        "is_elsewhere": isinstance(standing, HeldByAnother),
        "password_refusal": at_password,
        "reason_refusal": at_reason,
        "refusal": standing or (None if at_password or at_reason else refusal),
        "amendment_reason": _amendment_reason(request),
    }


def _report_page(request: PersonRequest, case: CaseWithState, read: ReadReport) -> dict[str, Any]:
    versions = list(case.signed_reports.select_related("signed_by"))
    return {
        "case": case,
        "content": read.content,
        "signed": read.signed,
        "is_intact": read.is_intact,
        "versions": versions,
        "next_case": selectors.next_case(request.user) if read.signed else None,
        "newer": versions[0] if read.signed and versions[0] != read.signed else None,
        "may_review": may(request.user, Permission.REVIEW, case.clinic) and not is_own(case, request.user),
    }
