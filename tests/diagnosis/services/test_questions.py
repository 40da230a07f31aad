import pytest
from django.db import InternalError, ProgrammingError, transaction

from diagnosis import errors, selectors
from diagnosis.choices import Act, CaseState, DeliveryKind
from diagnosis.models import Answer, AuditRecord, Delivery, Question
from diagnosis.services import intake, questions
from tests import factories

pytestmark = pytest.mark.django_db


def test_specialist_asks_and_the_clinic_answers(case, reader):
    question = questions.ask(case=case, by=reader, text="  Was the marrow taken before prednisolone?  ")
    answer = questions.answer(question=question, by=case.submitted_by, text="Before.")
    assert (question.text, answer.text) == ("Was the marrow taken before prednisolone?", "Before.")
    asked, answered = AuditRecord.objects.filter(act__in=[Act.QUESTION_ASKED, Act.QUESTION_ANSWERED]).order_by("pk")
    told = Delivery.objects.order_by("created_at").values_list("kind", "to")
    assert list(told) == [(DeliveryKind.QUESTION, case.submitted_by.pk), (DeliveryKind.ANSWER, reader.pk)]
    assert (asked.by, answered.by) == (reader, case.submitted_by)
    assert asked.detail == answered.detail == {"question": str(question.pk)}, "ids only: words may name the patient"


def test_only_readers_ask_and_only_the_clinic_answers(case, reader):
    for user in (case.submitted_by, factories.administrator(case.clinic), factories.outsider()):
        with pytest.raises(errors.NotAllowed):
            questions.ask(case=case, by=user, text="Why?")
    question = questions.ask(case=case, by=reader, text="Why?")
    for user in (factories.administrator(case.clinic), factories.outsider()):
        with pytest.raises(errors.NotAllowed):
            questions.answer(question=question, by=user, text="So.")


def test_who_submitted_the_case_asks_nothing_about_it(case):
    case.submitted_by.memberships.create(clinic=case.clinic, role="specialist")
    with pytest.raises(errors.OwnCase):
        questions.ask(case=case, by=case.submitted_by, text="Why?")


@pytest.mark.parametrize("text", ["", "  ", "\x00", "x" * 2001])
def test_question_has_words_and_not_too_many(case, reader, text):
    with pytest.raises(errors.Invalid):
        questions.ask(case=case, by=reader, text=text)
    assert not Question.objects.exists()


def test_same_question_while_it_is_open_is_one_question(case, reader):
    first = questions.ask(case=case, by=reader, text="Why?")
    assert questions.ask(case=case, by=reader, text=" Why? ") == first
    assert Question.objects.count() == Delivery.objects.count() == 1
    assert AuditRecord.objects.filter(act=Act.QUESTION_ASKED).count() == 1


def test_other_words_another_reader_or_an_answer_make_it_another_question(case, reader):
    first = questions.ask(case=case, by=reader, text="Why?")
    questions.ask(case=case, by=reader, text="Why not?")
    questions.ask(case=case, by=factories.specialist(case.clinic), text="Why?")
    questions.answer(question=first, by=case.submitted_by, text="So.")
    questions.ask(case=case, by=reader, text="Why?")
    assert Question.objects.count() == 4


def test_answer_that_comes_too_late_is_refused_until_its_writer_has_read_the_other(case, reader):
    question = questions.ask(case=case, by=reader, text="Why?")
    doctor, nurse = case.submitted_by, factories.submitter(case.clinic)
    first = questions.answer(question=question, by=nurse, text="So.")
    with pytest.raises(errors.Conflict, match=nurse.signature_name):
        questions.answer(question=question, by=doctor, text="Or so.")
    assert list(question.answers.all()) == [first]
    questions.answer(question=question, by=doctor, text="Or so.", read=first)
    assert [given.text for given in question.answers.all()] == ["So.", "Or so."]
    assert Delivery.objects.filter(kind=DeliveryKind.ANSWER, to=reader).count() == 2


def test_answer_that_is_sent_again_is_one_answer(case, reader):
    question = questions.ask(case=case, by=reader, text="Why?")
    first = questions.answer(question=question, by=case.submitted_by, text="So.")
    assert questions.answer(question=question, by=case.submitted_by, text=" So. ") == first
    assert Answer.objects.count() == 1


def test_question_with_two_answers_is_answered(case, reader):
    question = questions.ask(case=case, by=reader, text="Why?")
    first = questions.answer(question=question, by=case.submitted_by, text="So.")
    questions.answer(question=question, by=case.submitted_by, text="Or so.", read=first)
    assert selectors.cases(reader).get(pk=case.pk).state == CaseState.AWAITING_REVIEW


def test_end_of_a_line_counts_once(case, reader):
    question = questions.ask(case=case, by=reader, text="x" * 1000 + "\r\n" + "y" * 999)
    assert question.text == "x" * 1000 + "\n" + "y" * 999


def test_closed_case_is_neither_asked_about_nor_answered(case, reader):
    question = questions.ask(case=case, by=reader, text="Why?")
    intake.withdraw(case=case, by=case.submitted_by)
    with pytest.raises(errors.CaseClosed):
        questions.ask(case=case, by=reader, text="And?")
    with pytest.raises(errors.CaseClosed):
        questions.answer(question=question, by=case.submitted_by, text="So.")


def test_what_was_asked_and_answered_stays(case, reader):
    questions.answer(question=questions.ask(case=case, by=reader, text="Why?"), by=case.submitted_by, text="So.")
    for rows in (Question.objects.all(), Answer.objects.all()):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            rows.update(text="x")
