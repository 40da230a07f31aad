"""What the review page shows, and what of it a blind reader does not see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnosis import selectors
from diagnosis.blindness import sees_machine
from diagnosis.choices import ACTIVE_ANALYSIS, CaseStatus, Decision, ReadingKind
from diagnosis.errors import OwnCase
from diagnosis.models import Analysis
from diagnosis.permissions import Permission, may
from diagnosis.selectors.readers import has_reader
from diagnosis.selectors.same_images import telling_cases
from diagnosis.services import drafts, holding, opinions
from diagnosis.web import machine_part
from diagnosis.web.opinion_form import OpinionForm, count_said, initial_of

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import Case, Draft, Question, Review
    from diagnosis.selectors import CaseWithState
    from diagnosis.selectors.readings import Standing
    from diagnosis.web.access import PersonRequest


def address(case: Case) -> str:
    """Return where the case is read."""
    return reverse("review", args=[case.pk])


def opened(request: PersonRequest, case: CaseWithState, standing: Standing) -> dict[str, Any]:
    """Return what the page shows when it is opened: the form holds what the reader left in it."""
    hides_machine = not sees_machine(request.user, case)
    form = OpinionForm(initial=initial_of(drafts.of(case, request.user), standing.own), is_blind=hides_machine)
    return context(request, case, standing, form, hides_machine=hides_machine)


def context(
    request: PersonRequest, case: CaseWithState, standing: Standing, form: OpinionForm, *, hides_machine: bool
) -> dict[str, Any]:
    """Return what the page shows to this reader."""
    images = machine_part.of_case(case, hides_machine=hides_machine)
    report = None if hides_machine else case.current_stage_report
    signed = selectors.current_signed_report(case)
    same_images = selectors.same_images(case, seen_by=request.user)
    draft = drafts.of(case, request.user)
    questions = list(case.questions.select_related("by").prefetch_related("answers__by"))
    return {
        **news(case, str(case.current_stage_report_id or ""), is_new=False),
        **_readings(case, standing, hides_machine=hides_machine),
        "hides_machine": hides_machine,
        "is_held": holding.is_held(case, at=timezone.now()),
        "held_elsewhere": holding.held_elsewhere(case=case, by=request.user),
        "stage_report": report,
        "images": images,
        "same_images": same_images,
        "telling_cases": telling_cases(same_images, hides_machine=hides_machine),
        "is_analysing": any(image.is_active for image in images),
        "earlier_cases": selectors.other_cases(case, seen_by=request.user),
        "questions": questions,
        "answers": _answers(questions, written=_written_at(draft, standing.own)),
        "form": form,
        "blast_count": count_said(form["tally"].value(), form["blast_percentage"].value(), case),
        "draft": draft,
        "agreed_finding": opinions.AGREED_FINDING.get(report.statement, "") if report else "",
        "patterns": json.dumps(opinions.PATTERNS),
        "why_closed": why_closed(case, standing),
        "signed_report": signed,
        "next_version": signed.version + 1 if signed else 1,
        "may_run_again": case.status == CaseStatus.OPEN and may(request.user, Permission.RUN_AGAIN, case.clinic),
    }


def news(case: Case, seen: str, *, is_new: bool) -> dict[str, Any]:
    """Return how far the analyses are."""
    running = case.smears.filter(analyses__status__in=ACTIVE_ANALYSIS)
    answered_before = running.filter(
        pk__in=Analysis.objects.filter(smear__case=case, finished_at__isnull=False).values("smear")
    )
    return {
        "case": case,
        "seen": seen,
        "is_new": is_new,
        "progress": selectors.progress(case),
        "again": list(answered_before.values_list("number", flat=True)),
    }


def why_closed(case: Case, standing: Standing) -> str:
    """Say why no opinion can be given here; empty when one can."""
    if standing.is_own:
        return str(OwnCase.default_sentence)
    if case.status == CaseStatus.WITHDRAWN:
        return _("This case was withdrawn by the clinic, so it needs no opinion.")
    if not case.smears.exists():
        return _("This case has no image yet, so there is nothing to review.")
    if standing.reading is None:
        if standing.waits_for == ReadingKind.ADJUDICATION:
            return _("Two readings of this case differ. A specialist who has given neither reads both and signs.")
        return _("Your opinion is kept. Before this case is signed, a second specialist reads it without seeing yours.")
    return ""


def _answers(questions: list[Question], *, written: datetime | None) -> list[dict[str, Any]]:
    """Return the answered questions, the newest answer first; new is what came after the reader's last words."""
    answered = [(list(question.answers.all()), question) for question in questions if question.answers.all()]
    return [
        {
            "pk": question.pk,
            "text": question.text,
            "answers": answers,
            "is_new": written is None or answers[-1].answered_at > written,
        }
        for answers, question in sorted(answered, key=lambda each: each[0][-1].answered_at, reverse=True)
    ]


def _written_at(draft: Draft | None, own: Review | None) -> datetime | None:
    if draft:
        return draft.saved_at
    return own.reviewed_at if own else None


def _readings(case: Case, standing: Standing, *, hides_machine: bool) -> dict[str, Any]:
    """Return which opinions there are, as far as this reader may see them, and whose turn it is."""
    is_open = case.status == CaseStatus.OPEN
    own = standing.own if is_open else None
    lacks_reasons = own is not None and own.decision != Decision.AGREE and not own.reasons
    is_of_now = own is not None and own.stage_report_id == case.current_stage_report_id
    return {
        "own": own,
        "own_lacks_reasons": lacks_reasons,
        "reading": standing.reading,
        "waits_for": standing.waits_for,
        "readings": [] if hides_machine else case.reviews.select_related("reviewer").order_by("reviewed_at"),
        "may_sign_own": is_of_now and not lacks_reasons and standing.reading is not None,
        "may_ask_colleague": is_open and not case.reading_requests.exists(),
        "nobody_may_read": is_open and not has_reader(case),
    }
