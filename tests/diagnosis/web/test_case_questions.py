"""A specialist's questions on the page of a case, and its clinic's answers."""

import pytest
from django.urls import reverse

from diagnosis.services import questions
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(client, case):
    return client.get(reverse("case", args=[case.pk])).content.decode()


def test_clinic_answers_a_specialists_question(client, doctor, clinic):
    case = factories.analysed_case(by=doctor)
    question = questions.ask(case=case, by=factories.specialist(clinic), text="Was vincristine given?")
    page = page_of(client, case)
    assert "Was vincristine given?" in page
    assert "Awaiting an answer" in page
    address = reverse("answer", args=[case.pk, question.pk])
    answer = client.post(address, {"answer": "Yes, on Monday."}, follow=True)
    assert answer.redirect_chain[-1][0].endswith("#questions")
    assert "Yes, on Monday." in answer.content.decode()
    assert question.answer.by == doctor


def test_answer_without_words_is_refused_with_a_sentence(client, doctor, clinic):
    case = factories.analysed_case(by=doctor)
    question = questions.ask(case=case, by=factories.specialist(clinic), text="Which stain?")
    answer = client.post(reverse("answer", args=[case.pk, question.pk]), {"answer": " "}, follow=True)
    assert "Write the answer." in answer.content.decode()


def test_question_of_another_case_is_not_found(client, doctor, clinic):
    case, other = factories.case(by=doctor), factories.case(by=doctor)
    question = questions.ask(case=other, by=factories.specialist(clinic), text="Which stain?")
    assert client.post(reverse("answer", args=[case.pk, question.pk]), {"answer": "x"}).status_code == 404


def test_question_comes_to_an_open_page_by_itself_and_only_when_it_is_new(client, doctor, clinic):
    case = factories.analysed_case(by=doctor)
    seen = client.get(reverse("case", args=[case.pk])).context

    def look():
        given = {"seen": seen["seen"], "questions": seen["seen_questions"]}
        return client.get(reverse("case-progress", args=[case.pk]), given, headers={"HX-Request": "true"})

    assert look().status_code == 204
    questions.ask(case=case, by=factories.specialist(clinic), text="Which stain?")
    part = look().content.decode()
    assert "Which stain?" in part
    assert "Read the question" in part
    seen = look().context
    factories.smear(case)
    assert "Which stain?" not in look().content.decode()
