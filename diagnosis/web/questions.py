"""Handing a case back to its clinic with a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from diagnosis.errors import Conflict, Invalid
from diagnosis.models import Case
from diagnosis.services import questions
from diagnosis.web import review_page
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse


@signed_in
@require_POST
def ask(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Ask the clinic about the case."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("clinic"), pk=case_id)
    now = timezone.now()
    try:
        question = questions.ask(case=case, by=request.user, text=request.POST.get("question", ""), at=now)
    except (Conflict, Invalid) as error:
        messages.error(request, error.sentence)
    else:
        if question.asked_at < now:
            messages.info(request, _("This question is with the clinic already, so it was not asked again."))
        else:
            messages.success(request, _("The question is with the clinic. The case comes back when it is answered."))
    return redirect(f"{review_page.address(case)}#questions")
