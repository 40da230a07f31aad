"""The page on which a specialist reads a case and gives an opinion."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from diagnosis import selectors
from diagnosis.blindness import sees_machine
from diagnosis.choices import CaseStatus
from diagnosis.errors import Conflict, Invalid, NotAllowed, ReasonsMissing
from diagnosis.models import Smear
from diagnosis.permissions import Permission, may, require
from diagnosis.selectors import readings
from diagnosis.services import analyses, drafts, holding, reviews
from diagnosis.services.reading import note_case_read
from diagnosis.web import review_page
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.committing import ASK_A_COLLEAGUE, is_committed_first
from diagnosis.web.opinion_form import OpinionForm

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.models import Draft, Review
    from diagnosis.selectors import CaseWithState


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def review(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Show the case to a specialist of its clinic; take the opinion."""
    case = _case(request, case_id)
    if request.method == "POST":
        return _take(request, case)
    note_case_read(case, by=request.user)
    standing = readings.standing(case, request.user)
    if case.status == CaseStatus.OPEN and not review_page.why_closed(case, standing):
        holding.hold(case=case, by=request.user)
        case.refresh_from_db(fields=["held_by", "held_at", "held_until"])
    return render(request, "review/page.html", review_page.opened(request, case, standing))


@signed_in
@never_cache
@require_GET
def review_news(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Say, while analyses run, how far they are and when the page is older than the stage report.

    Nothing is sent while that is as the page says it, so that no screen reader hears it again.
    """
    case = _case(request, case_id)
    seen = request.GET.get("seen", "")
    is_new = seen != str(case.current_stage_report_id or "") and sees_machine(request.user, case)
    if not is_new and request.GET.get("answered") == str(selectors.progress(case)["answered"]):
        return HttpResponse(status=204)
    return render(request, "review/_news.html", review_page.news(case, seen, is_new=is_new))


@signed_in
@require_POST
def run_again(request: PersonRequest, smear_id: UUID) -> HttpResponse:
    """Queue a new analysis of a smear."""
    smear = get_object_or_404(Smear.objects.visible_to(request.user).select_related("case__clinic"), pk=smear_id)
    is_reader = may(request.user, Permission.REVIEW, smear.case.clinic)
    page = "review" if is_reader and request.POST.get("from") != "case" else "case"
    try:
        analyses.run_again(smear=smear, by=request.user, at=timezone.now())
    except Conflict as error:
        messages.error(request, error.sentence)
    else:
        # The review page's own news says it, and says it only while it is so.
        if page == "case":
            again = _("Image %(number)s is being analysed again. Its earlier result stays stored.")
            messages.success(request, again % {"number": smear.number})
    return redirect(page, smear.case_id)


def _case(request: PersonRequest, case_id: UUID) -> CaseWithState:
    case = get_object_or_404(selectors.cases(request.user), pk=case_id)
    require(request.user, Permission.REVIEW, case.clinic)
    return case


def _take(request: PersonRequest, case: CaseWithState) -> HttpResponse:
    """Keep what was typed, whatever is wrong with it; then lead on to where it is committed or signed."""
    hides_machine = not sees_machine(request.user, case)
    form = OpinionForm(request.POST, is_blind=hides_machine)
    try:
        draft = _kept(request, case, form)
        if form.is_valid():
            opinion = reviews.decide(case=case, by=request.user, draft=draft, **form.cleaned_data)
            return _go_on(request, opinion)
    except ReasonsMissing as error:
        form.add_error("reasons", error.sentence)
    except (Conflict, Invalid, NotAllowed) as error:
        form.add_error(None, error.sentence)
    standing = readings.standing(case, request.user)
    page = review_page.context(request, case, standing, form, hides_machine=hides_machine)
    return render(request, "review/page.html", page)


def _kept(request: PersonRequest, case: CaseWithState, form: OpinionForm) -> Draft:
    """Save the form as the reader's draft; a page without scripts sends the revision that it was opened with."""
    known = drafts.of(case, request.user)
    sent, sending = request.POST.get("revision", ""), request.POST.get("sending", "")
    form.full_clean()
    return drafts.save(
        case=case,
        by=request.user,
        fields=request.POST.dict(),
        revision=int(sent) if sent.isdecimal() else known.revision if known else 0,
        sending=drafts.Sending(request.POST.get("page", ""), int(sending) if sending.isdecimal() else 0),
        seen_stage_report=form.cleaned_data.get("seen_stage_report"),
    )


def _go_on(request: PersonRequest, opinion: Review) -> HttpResponse:
    """Lead on to where the opinion is committed, or to its signature."""
    then = request.POST.get("then", "")
    if is_committed_first(opinion, asks_colleague=then == ASK_A_COLLEAGUE):
        address = reverse("commit", args=[opinion.pk])
        return redirect(f"{address}?{urlencode({'then': then})}" if then else address)
    return redirect("sign", opinion.pk)
