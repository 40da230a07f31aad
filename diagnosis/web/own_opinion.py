"""The reader's own opinion, as the pages that commit or sign it find it: stored, or as the draft holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnosis.blindness import sees_machine
from diagnosis.errors import DiagnosisError
from diagnosis.models import Case, Draft, Review
from diagnosis.permissions import Permission, require
from diagnosis.services import reviews
from diagnosis.web.opinion_form import form_of_draft

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.web.access import PersonRequest

OF_CASE = ("clinic", "patient", "submitted_by", "held_by")


def own_opinion(request: PersonRequest, review_id: UUID) -> tuple[Case, Review | None]:
    """Return the reader's own opinion and its case; none when the draft holds none that stands.

    Such a draft is shown where it was typed, with what is wrong.
    """
    cases = Case.objects.visible_to(request.user)
    own = Review.objects.filter(case__in=cases, reviewer=request.user)
    opinion = own.select_related(*(f"case__{name}" for name in OF_CASE), "reviewer", "stage_report").filter(
        pk=review_id
    )
    if stored := opinion.first():
        require(request.user, Permission.SIGN, stored.case.clinic)
        return stored.case, stored
    drafts_of_reader = Draft.objects.filter(case__in=cases, by=request.user).select_related("stage_report")
    draft = get_object_or_404(drafts_of_reader, pk=review_id)
    case = cases.select_related(*OF_CASE, "current_stage_report").get(pk=draft.case_id)
    require(request.user, Permission.SIGN, case.clinic)
    form = form_of_draft(draft, is_blind=not sees_machine(request.user, case))
    if not form.is_valid():
        messages.error(request, _("Your opinion is not complete yet. Complete it, then go on."))
        return case, None
    try:
        return case, reviews.decide(case=case, by=request.user, draft=draft, **form.cleaned_data)
    except DiagnosisError as error:
        messages.error(request, error.sentence)
        return case, None


def refusal_now(request: PersonRequest, opinion: Review) -> DiagnosisError | None:
    """Return why the opinion could not be committed or signed just now, whatever was typed beside it."""
    try:
        reviews.require_as_written(opinion.case, opinion, request.user, timezone.now())
    except DiagnosisError as error:
        return error
    return None
