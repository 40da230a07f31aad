"""What a specialist asks the clinic about a case, and what the clinic answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnosis.choices import Act, CaseStatus, DeliveryKind
from diagnosis.errors import CaseClosed, Conflict, Invalid, OwnCase
from diagnosis.models import Answer, Case, Question
from diagnosis.permissions import Permission, require
from diagnosis.selectors.readings import is_own
from diagnosis.services import deliveries
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import User

LONGEST = 2000


def ask(*, case: Case, by: User, text: str, at: datetime | None = None) -> Question:
    """Hand the case back with a question; it waits for the answer, and its due time stands.

    The same words of the same person, while the clinic has yet to answer them, are the same question.
    """
    at = at or timezone.now()
    require(by, Permission.REVIEW, case.clinic)
    if is_own(case, by):
        raise OwnCase
    text = _words(text, _("Write the question that the clinic should answer."))
    with transaction.atomic():
        case = _locked(case)
        known = Question.objects.filter(case=case, by=by, text=text, answers=None).first()
        if known:
            return known
        question = Question.objects.create(case=case, by=by, text=text, asked_at=at)
        note(Act.QUESTION_ASKED, at=at, by=by, case=case, question=str(question.pk))
        deliveries.queue(kind=DeliveryKind.QUESTION, case=case, to=case.submitted_by, at=at)
    return question


def answer(
    *, question: Question, by: User, text: str, read: Answer | None = None, at: datetime | None = None
) -> Answer:
    """Answer a question for the clinic; when all are answered the case comes back to its readers.

    `read` is the newest answer that stood on the writer's page: what somebody answered meanwhile is read first. The
    same words of the same person, sent again, are the same answer.
    """
    at = at or timezone.now()
    require(by, Permission.SUBMIT, question.case.clinic)
    text = _words(text, _("Write the answer."))
    with transaction.atomic():
        case = _locked(question.case)
        newest = question.answers.select_related("by").last()
        if newest and (newest.by, newest.text) == (by, text):
            return newest
        if newest and newest != read:
            raise Conflict(
                _(
                    "%(name)s answered this question meanwhile, so yours was not sent. Read that answer; what you "
                    "wrote is kept below, and you may send it as a further answer."
                )
                % {"name": newest.by.signature_name}
            )
        given = Answer.objects.create(question=question, by=by, text=text, answered_at=at)
        note(Act.QUESTION_ANSWERED, at=at, by=by, case=case, question=str(question.pk))
        deliveries.queue(kind=DeliveryKind.ANSWER, case=case, to=question.by, at=at)
    return given


def _words(text: str, sentence: str) -> str:
    # A form sends two characters for the end of a line, and its field counts one.
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(sentence)
    if len(text) > LONGEST:
        raise Invalid(
            _("Write at most %(longest)s characters; these are %(count)s.") % {"longest": LONGEST, "count": len(text)}
        )
    return text


def _locked(case: Case) -> Case:
    case = Case.objects.select_for_update(of=("self",)).select_related("clinic", "submitted_by").get(pk=case.pk)
    if case.status != CaseStatus.OPEN:
        raise CaseClosed(_("This case is closed, so nothing is asked or answered any more."))
    return case
