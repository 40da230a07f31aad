"""The page of a case that was sent: it takes more images, asks how far they are, and brings a question."""

import pytest
from playwright.sync_api import expect

from diagnosis.models import Question, Upload
from diagnosis.services import questions, uploads
from tests import factories
from tests.e2e.uploader import BLURRED, choose, upload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


def test_instant_check_is_said_of_images_that_are_added_to_a_case(page, sign_in, doctor, drawn):
    case = factories.case(by=doctor)
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    choose(page, drawn("more.jpg"))
    expect(upload(page, "more.jpg")).to_contain_text("Stored as image 1.")
    uploads.record_check(Upload.objects.get().pk, BLURRED)
    expect(upload(page, "more.jpg")).to_contain_text("Out of focus: refocus with the fine knob and retake.")
    expect(upload(page, "more.jpg").get_by_role("button", name="Retake")).to_be_visible()
    with page.expect_response("**/uploads/?draft=*"):
        page.reload()
    expect(page.locator("[data-smear='1']")).to_be_visible()
    expect(page.locator(".upload")).to_have_count(0)


def test_tab_that_is_hidden_asks_less_often(page, sign_in, doctor):
    case = factories.case(by=doctor)
    factories.smear(case)
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    asked = []
    page.on("request", lambda request: asked.append(request) if "/progress/" in request.url else None)
    with page.expect_request("**/progress/**"):
        pass
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    asked.clear()
    page.wait_for_timeout(4000)
    assert len(asked) <= 1
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert asked, "a tab that is looked at again looks at once"


def test_question_comes_to_the_case_page_and_is_answered_there(page, sign_in, doctor, clinic, assert_accessible):
    case = factories.case(by=doctor)
    factories.smear(case)
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    questions.ask(case=case, by=factories.specialist(clinic), text="Which stain was used?")
    expect(page.get_by_text("Which stain was used?")).to_be_visible()
    assert_accessible()
    page.get_by_label("Answer").fill("Leishman.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("The answer is with the specialist.")).to_be_visible()
    assert Question.objects.get().answers.get().text == "Leishman."


def test_answer_that_is_being_typed_stays_when_a_colleagues_comes_in(page, sign_in, doctor, clinic, assert_accessible):
    case = factories.analysed_case(by=doctor)
    question = questions.ask(case=case, by=factories.specialist(clinic), text="Which stain was used?")
    sign_in(doctor)
    page.clock.install()
    page.goto(f"/cases/{case.pk}/")
    page.get_by_label("Answer").fill("Giemsa, I think.")
    questions.answer(question=question, by=factories.submitter(clinic), text="Leishman.")
    page.clock.run_for(20_000)
    expect(page.get_by_text("Leishman.")).to_be_visible()
    expect(page.get_by_label("Further answer")).to_have_value("Giemsa, I think.")
    assert_accessible()
    page.get_by_role("button", name="Send as a further answer").click()
    expect(page.get_by_text("The answer is with the specialist.")).to_be_visible()
    assert [given.text for given in question.answers.all()] == ["Leishman.", "Giemsa, I think."]
