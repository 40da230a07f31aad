"""A specialist's questions on the page of a case, and its clinic's answers."""

import pytest
from django.urls import reverse

from diagnosis.services import intake, questions
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
    assert question.answers.get().by == doctor


def test_answer_without_words_is_refused_with_a_sentence(client, doctor, clinic):
    case = factories.analysed_case(by=doctor)
    question = questions.ask(case=case, by=factories.specialist(clinic), text="Which stain?")
    answer = client.post(reverse("answer", args=[case.pk, question.pk]), {"answer": " "}, follow=True)
    assert "Write the answer." in answer.content.decode()


def answer(client, question, **sent):
    address = reverse("answer", args=[question.case_id, question.pk])
    return client.post(address, sent, follow=True).content.decode()


@pytest.fixture
def question(doctor, clinic):
    case = factories.analysed_case(by=doctor)
    return questions.ask(case=case, by=factories.specialist(clinic), text="Which stain?")


def test_answer_that_comes_too_late_stands_beside_the_other_and_can_still_be_sent(client, question, clinic):
    nurse = factories.submitter(clinic, first_name="Kari", last_name="Solheim")
    first = questions.answer(question=question, by=nurse, text="Leishman.")
    page = answer(client, question, answer="Giemsa, I think.")
    assert "Kari Solheim answered this question meanwhile" in page
    assert page.index("Leishman.") < page.index("Giemsa, I think.</textarea>")
    assert question.answers.count() == 1
    page = answer(client, question, answer="Giemsa, I think.", read=str(first.pk))
    assert "The answer is with the specialist." in page
    assert page.index("Leishman.") < page.index("Giemsa, I think.</p>")


def test_answer_to_a_case_that_was_closed_meanwhile_stays_to_be_copied(client, question):
    intake.withdraw(case=question.case, by=question.case.submitted_by)
    page = answer(client, question, answer="Giemsa, I think.")
    assert "This case is closed, so nothing is asked or answered any more." in page
    assert "Giemsa, I think.</textarea>" in page
    assert "Send" not in page.partition('id="questions"')[2].partition("</section>")[0]


def test_answer_that_is_sent_again_is_said_to_be_there_already(client, question):
    answer(client, question, answer="Giemsa.")
    assert "This answer is with the specialist already" in answer(client, question, answer="Giemsa.")
    assert question.answers.count() == 1


def test_address_of_an_answer_leads_back_to_its_case(client, question):
    page = client.get(reverse("answer", args=[question.case_id, question.pk]))
    assert page["Location"] == f"/cases/{question.case_id}/#questions"


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
