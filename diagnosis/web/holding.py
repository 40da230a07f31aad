"""Taking a case to read, taking it over from a colleague, and giving it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from diagnosis import selectors
from diagnosis.choices import CaseStatus
from diagnosis.errors import HeldByAnother
from diagnosis.models import Case
from diagnosis.permissions import Permission, require
from diagnosis.selectors import readings
from diagnosis.services import holding
from diagnosis.web import review_page
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from uuid import UUID


@signed_in
@require_POST
def hold(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Hold a case that nobody else holds."""
    case = _case(request, case_id)
    if holding.hold(case=case, by=request.user):
        return _said(request, _("You have %(accession)s now.") % {"accession": case.accession})
    return _said(request, _not_free(case, request), is_refusal=True)


@signed_in
@never_cache
@require_GET
def review_hold(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Go on holding the case that is on its reader's screen; say who has it where that is not as the page says it."""
    case = _case(request, case_id)
    require(request.user, Permission.REVIEW, case.clinic)
    closed = review_page.why_closed(case, readings.standing(case, request.user))
    if case.status == CaseStatus.OPEN and not closed and holding.hold(case=case, by=request.user):
        case.refresh_from_db(fields=["held_by", "held_at", "held_until"])
    is_held = holding.is_held(case, at=timezone.now())
    if request.GET.get("held_by", "") == (str(case.held_by_id) if is_held else ""):
        return HttpResponse(status=204)
    return render(request, "review/_hold.html", {"case": case, "is_held": is_held, "why_closed": closed})


@signed_in
@require_POST
def release(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Give a case back."""
    case = _case(request, case_id)
    require(request.user, Permission.REVIEW, case.clinic)
    if holding.release(case=case, by=request.user):
        return _said(request, _("You gave %(accession)s back.") % {"accession": case.accession})
    return _said(request, _("You do not have this case any more."), is_refusal=True)


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def take_over(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Ask whether to take a case from the colleague who has it; take it, and open it."""
    case = _case(request, case_id)
    require(request.user, Permission.REVIEW, case.clinic)
    if request.method == "POST":
        if not holding.take_over(case=case, by=request.user):
            messages.error(request, _not_free(case, request))
            return redirect("worklist")
        return redirect(_back(request) or review_page.address(case))
    is_held = holding.is_held(case, at=timezone.now())
    asked = selectors.asked_by_name(case).exclude(asked_of=request.user).first()
    if case.held_by == request.user or not (is_held or asked):
        return redirect("review", case.pk)
    page = {"case": case, "is_held": is_held, "asked": asked, "back": request.GET.get("back", "")}
    return render(request, "cases/take_over.html", page)


def _case(request: PersonRequest, case_id: UUID) -> Case:
    rows = Case.objects.visible_to(request.user).select_related("clinic", "patient", "held_by")
    return get_object_or_404(rows, pk=case_id)


def _not_free(case: Case, request: PersonRequest) -> str:
    case.refresh_from_db(fields=["held_by", "held_at", "held_until", "status"])
    try:
        holding.require_not_held_by_another(case=case, by=request.user)
    except HeldByAnother as error:
        return error.sentence
    return _("This case is closed, or waits for another reader than you.")


def _said(request: PersonRequest, sentence: str, *, is_refusal: bool = False) -> HttpResponse:
    """Answer with a sentence: in the list's own line for a script, else on the page that was shown."""
    if request.htmx:
        said = render(request, "cases/_said.html", {"sentence": sentence, "is_refusal": is_refusal})
        # When it has settled: while this request lasts, the list drops every other.
        return trigger_client_event(said, "cases-changed", after="settle")
    (messages.error if is_refusal else messages.success)(request, sentence)
    return redirect(_back(request) or "worklist")


def _back(request: PersonRequest) -> str:
    """Return the page of ours that the form came from; empty when it names none."""
    back = request.POST.get("back", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else ""
