"""A question and its answer on a bad line: what was typed is there again until it was sent."""

import pytest
from playwright.sync_api import expect

from diagnosis.services import questions
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WORDS = "Treated since Monday.\nNo steroids before."
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('typed'))"


@pytest.fixture
def case(doctor):
    return factories.analysed_case(by=doctor)


def send_into_a_dead_line(page, button):
    page.context.set_offline(True)
    page.get_by_role("button", name=button).first.click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)


def test_answer_that_was_not_sent_is_there_again_and_goes_once_it_was(page, sign_in, case, doctor):
    reader = factories.specialist(case.clinic)
    for text in ("Since when treated?", "Is there a second slide?"):
        questions.ask(case=case, by=reader, text=text)
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    asked = page.locator(".case-questions > li", has_text="Since when treated?")
    asked.get_by_label("Answer").fill(WORDS)
    send_into_a_dead_line(page, "Send the answer")
    page.goto(f"/cases/{case.pk}/")
    expect(asked.get_by_label("Answer")).to_have_value(WORDS)
    expect(page.get_by_label("Answer").nth(1)).to_have_value("")
    asked.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("The answer is with the specialist.")).to_be_visible()
    expect(asked.get_by_label("Further answer")).to_have_value("")
    assert page.evaluate(KEPT) == []
    asked.get_by_text("Add to this answer").click()
    asked.get_by_label("Further answer").fill("One more thing.")
    page.reload()
    expect(asked.get_by_label("Further answer")).to_be_visible()
    expect(asked.get_by_label("Further answer")).to_have_value("One more thing.")


def test_question_that_was_not_sent_is_there_again_and_goes_once_it_was(page, sign_in, case):
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    page.get_by_label("Ask about this case").fill(WORDS)
    send_into_a_dead_line(page, "Hand back with this question")
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.get_by_label("Ask about this case")).to_have_value(WORDS)
    page.get_by_role("button", name="Hand back with this question").click()
    expect(page.get_by_text("The question is with the clinic.")).to_be_visible()
    expect(page.get_by_label("Ask about this case")).to_have_value("")
    assert page.evaluate(KEPT) == []


def test_words_of_one_person_are_not_shown_to_the_next_in_the_same_tab(page, context, sign_in, case, doctor):
    questions.ask(case=case, by=factories.specialist(case.clinic), text="Since when treated?")
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    page.get_by_label("Answer").fill(WORDS)
    context.clear_cookies(name="sessionid")
    sign_in(factories.submitter(case.clinic))
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_label("Answer")).to_have_value("")
