import pytest
from playwright.sync_api import expect

from tests import factories
from tests.diagnosis.signed_reports import sign

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# What a Persian keyboard sends at the keys "j" and "?".
PERSIAN_J = {"key": "\u062a", "code": "KeyJ", "bubbles": True}
PERSIAN_QUESTION_MARK = {"key": "\u061f", "code": "Slash", "shiftKey": True, "bubbles": True}


@pytest.fixture
def worklist(page, sign_in):
    case = factories.analysed_case(results=[factories.machine_result("early")])
    sign_in(factories.specialist(case.clinic))
    page.goto("/worklist/")
    return page


def test_question_mark_lists_what_this_page_listens_to(worklist, assert_accessible):
    worklist.keyboard.press("?")
    dialog = worklist.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("previous case")
    assert_accessible()
    worklist.keyboard.press("j")
    expect(worklist.locator(".case-link")).not_to_be_focused()
    worklist.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    worklist.get_by_role("link", name="Cases", exact=True).focus()
    worklist.get_by_role("button", name="Keys").click()
    expect(dialog).to_be_visible()


def test_keys_are_found_by_their_place_on_a_persian_keyboard(worklist):
    worklist.locator("body").dispatch_event("keydown", PERSIAN_J)
    expect(worklist.locator(".case-link")).to_be_focused()
    worklist.locator("body").dispatch_event("keydown", PERSIAN_QUESTION_MARK)
    expect(worklist.get_by_role("dialog", name="Keys")).to_be_visible()


def test_a_mode_has_its_own_keys_until_it_is_left(page, sign_in):
    case = factories.analysed_case(results=[factories.machine_result("early"), factories.machine_result("early")])
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    shown = page.locator("[data-smear][aria-current=true]")
    expect(shown).to_have_attribute("data-number", "1")
    page.keyboard.press("g")
    page.keyboard.press("n")
    expect(shown).to_have_attribute("data-number", "1")
    page.keyboard.press("2")
    expect(shown).to_have_attribute("data-number", "2")
    page.keyboard.press("g")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(shown).to_have_attribute("data-number", "1")


def test_key_that_leads_to_a_field_leads_behind_what_stands_in_it(page, sign_in):
    case = factories.analysed_case()
    reader = factories.specialist(case.clinic)
    sign(case, by=reader, reasons="Nucleoli.")
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.keyboard.press("i")
    page.keyboard.type(" More.")
    expect(page.get_by_label("Reasons")).to_have_value("Nucleoli. More.")
    page.goto("/cases/?q=K-")
    page.keyboard.press("/")
    page.keyboard.type("17")
    expect(page.locator("#q")).to_have_value("K-17")
