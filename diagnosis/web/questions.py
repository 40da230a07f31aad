"""Handing a case back to its clinic with a question, and the clinic's answer; what is refused stays on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from diagnosis import selectors
from diagnosis.errors import Conflict, Invalid
from diagnosis.permissions import Permission, require
from diagnosis.selectors import readings
from diagnosis.services import questions
from diagnosis.web import review_page
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.case import page_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from diagnosis.selectors import CaseWithState


# Who reloads the page of a refusal, or changes its language, gets the page that the form stands on.
@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Ask the clinic about the case."""
    case = _case(request, case_id)
    require(request.user, Permission.REVIEW, case.clinic)
    page = redirect(f"{review_page.address(case)}#questions")
    if request.method == "GET":
        return page
    text, now = request.POST.get("question", ""), timezone.now()
    try:
        question = questions.ask(case=case, by=request.user, text=text, at=now)
    except (Conflict, Invalid) as error:
        unsent = {"text": text, "sentence": error.sentence}
        page_now = review_page.opened(request, case, readings.standing(case, request.user))
        return render(request, "review/page.html", {**page_now, "unsent": unsent})
    if question.asked_at < now:
        messages.info(request, _("This question is with the clinic already, so it was not asked again."))
    else:
        messages.success(request, _("The question is with the clinic. The case comes back when it is answered."))
    return page


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def answer(request: PersonRequest, case_id: UUID, question_id: UUID) -> HttpResponse:
    """Answer a specialist's question, or add to its answer."""
    case = _case(request, case_id)
    question = get_object_or_404(case.questions.select_related("case__clinic"), pk=question_id)
    page = redirect(f"{reverse('case', args=[case.pk])}#questions")
    if request.method == "GET":
        return page
    text, now = request.POST.get("answer", ""), timezone.now()
    read = next((each for each in question.answers.all() if str(each.pk) == request.POST.get("read")), None)
    try:
        given = questions.answer(question=question, by=request.user, text=text, read=read, at=now)
    except (Conflict, Invalid) as error:
        unsent = {"question": question, "text": text, "sentence": error.sentence}
        return render(request, "cases/case.html", {**page_of(request, case), "unsent": unsent})
    if given.answered_at < now:
        messages.info(request, _("This answer is with the specialist already, so it was not sent again."))
    else:
        messages.success(request, _("The answer is with the specialist."))
    return page


def _case(request: PersonRequest, case_id: UUID) -> CaseWithState:
    return get_object_or_404(selectors.cases(request.user), pk=case_id)
