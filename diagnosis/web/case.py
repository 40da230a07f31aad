"""The case page: its facts, its smears as they are analysed, and what its clinic may still do with it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from diagnosis import selectors
from diagnosis.blindness import sees_machine
from diagnosis.choices import CaseState, CaseStatus
from diagnosis.errors import Conflict, DiagnosisError, ImageRefused, Invalid
from diagnosis.permissions import Permission, may
from diagnosis.selectors.same_images import telling_cases
from diagnosis.services import intake
from diagnosis.services.reading import note_case_read
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.refusals import status_of
from diagnosis.web.smear_cards import cards_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.core.files.uploadedfile import UploadedFile

    from diagnosis.models import Case
    from diagnosis.selectors import CaseWithState

# Milliseconds between two looks at a case: while the engine works, and while the specialist does.
LOOK_WHILE_ANALYSING = 1500
LOOK_WHILE_OPEN = 15000

NO_IMAGE = gettext_lazy("Add at least one image of the smear.")


@signed_in
@never_cache
@require_GET
def case(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Show a case to the people of its clinic."""
    found = _case(request, case_id)
    note_case_read(found, by=request.user)
    return render(request, "cases/case.html", page_of(request, found))


@signed_in
@never_cache
@require_GET
def progress(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Send the part of the page that changes by itself; nothing when it is as the browser has it."""
    context = page_of(request, _case(request, case_id))
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=204)
    return render(request, "cases/_progress.html", context)


@signed_in
@require_POST
def upload(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Take images of a case: one from a script, which gets JSON; several from a form, which gets the case page."""
    case = _case(request, case_id)
    files = request.FILES.getlist("images")
    if request.accepts("text/html"):
        if files:
            add_all(request, case)
        else:
            messages.error(request, NO_IMAGE)
        return redirect("case", case.pk)
    if not files:
        raise Invalid(str(NO_IMAGE))
    try:
        registered = _store(request, case, files[0])
    except DiagnosisError as error:
        return JsonResponse({"code": error.code, "sentence": error.sentence}, status=status_of(error))
    is_new, number = registered.created, registered.smear.number
    words = _("Stored as image %(number)s.") if is_new else _("The same as image %(number)s; it is kept once.")
    return JsonResponse(
        {"number": number, "created": is_new, "sentence": words % {"number": number}},
        status=201 if registered.created else 200,
    )


@signed_in
@require_POST
def withdraw(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Take an open case back."""
    case = _case(request, case_id)
    try:
        intake.withdraw(case=case, by=request.user)
    except Conflict as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("The case is withdrawn. What is stored stays stored."))
    return redirect("case", case.pk)


def add_all(request: PersonRequest, case: Case) -> None:
    """Store the images of a form; what is refused is said on the next page, file by file."""
    stored = []
    for file in request.FILES.getlist("images"):
        try:
            registered = _store(request, case, file)
        except (Conflict, ImageRefused) as error:
            messages.error(request, f"{file.name}: {error.sentence}")
        else:
            stored.append(str(registered.smear.number))
    if stored:
        words = ngettext("Stored: image %(numbers)s.", "Stored: images %(numbers)s.", len(stored))
        messages.success(request, words % {"numbers": get_text_list(stored, _("and"))})


def _store(request: PersonRequest, case: Case, file: UploadedFile[Any]) -> intake.Registered:
    return intake.add_smear(case=case, by=request.user, upload=cast("BinaryIO", file), name=file.name or "")


def _case(request: PersonRequest, case_id: UUID) -> CaseWithState:
    return get_object_or_404(selectors.cases(request.user), pk=case_id)


def page_of(request: PersonRequest, case: CaseWithState) -> dict[str, Any]:
    """Return what the page of a case shows."""
    sees = sees_machine(request.user, case)
    cards = cards_of(case, is_blind=not sees)
    same_images = selectors.same_images(case, seen_by=request.user)
    asked = list(case.questions.select_related("by").prefetch_related("answers__by"))
    seen_questions = _hash(f"{question.pk}:{len(question.answers.all())}" for question in asked)
    signed = selectors.current_signed_report(case)
    is_open = case.status == CaseStatus.OPEN
    answered = sum(not card.is_active for card in cards)
    shown = [
        case.state,
        case.due_at.isoformat(),
        str(case.is_critical),
        str(case.current_stage_report_id),
        str(signed and signed.pk),
        *(card.key for card in cards),
        *(f"{same.case and same.case.pk}:{same.numbers}" for same in same_images),
        seen_questions,
    ]
    may_submit = is_open and may(request.user, Permission.SUBMIT, case.clinic)
    may_review = may(request.user, Permission.REVIEW, case.clinic)
    return {
        "case": case,
        "cards": cards,
        "same_images": same_images,
        "telling_cases": telling_cases(same_images, hides_machine=not sees),
        "answered": answered,
        "is_analysing": answered < len(cards),
        "signed": signed,
        "report": case.current_stage_report if sees else None,
        "questions": asked,
        "asks": is_open and not all(question.answers.all() for question in asked),
        "seen": _hash(shown),
        "seen_questions": seen_questions,
        "has_other_questions": request.GET.get("questions", seen_questions) != seen_questions,
        "pace": (LOOK_WHILE_ANALYSING if case.state == CaseState.ANALYSING else LOOK_WHILE_OPEN) if is_open else None,
        "may_submit": may_submit,
        "may_review": may_review and case.submitted_by_id != request.user.pk,
        "may_run_again": is_open and may(request.user, Permission.RUN_AGAIN, case.clinic),
        "upload_address": reverse("upload", args=[case.pk]),
    }


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
