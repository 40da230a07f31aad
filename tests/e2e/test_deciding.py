"""From the worklist to a signed report by a few keys."""

import pytest
from playwright.sync_api import expect

from diagnosis.choices import CaseStatus
from diagnosis.models import Review, SignedReport
from tests import factories
from tests.diagnosis.signed_reports import sign

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case():
    return factories.analysed_case()


@pytest.fixture
def reader(case):
    return factories.specialist(case.clinic)


def saved(page):
    return expect(page.get_by_text("Saved as a draft."))


@pytest.fixture
def press(page):
    """Press keys one after another; `press.count` says how many there were. A password is typed, not counted."""

    def press(*keys):
        for key in keys:
            press.count += 1
            page.keyboard.press(key)

    press.count = 0
    return press


def open_first_of_worklist(page, press, rows):
    page.goto("/worklist/")
    expect(page.locator(".case-row")).to_have_count(rows)
    press("j", "Enter")
    page.wait_for_url("**/review/")


def sign_what_is_read(page, press):
    page.wait_for_url("**/sign/**")
    expect(page.get_by_role("link", name="To your signature")).to_be_visible()
    assert page.evaluate("scrollY") == 0
    press("Enter")
    expect(page.get_by_label("Your password")).to_be_focused()
    page.keyboard.type(factories.PASSWORD)
    press("Enter")
    page.wait_for_url("**/report/1/**")


def test_routine_report_is_signed_by_eight_keys_at_most(page, press, sign_in, case, reader):
    waiting = factories.analysed_case(clinic=case.clinic)
    sign_in(reader)
    open_first_of_worklist(page, press, rows=2)
    expect(page.get_by_label("Agree")).to_be_visible()
    press("a")
    expect(page.get_by_label("No blasts seen")).to_be_checked()
    press("s")
    sign_what_is_read(page, press)
    case.refresh_from_db()
    assert (case.status, press.count <= 8) == (CaseStatus.SIGNED, True), press.count
    assert SignedReport.objects.get().review.decision == "agree"
    page.keyboard.press("n")
    page.wait_for_url(f"**/cases/{waiting.pk}/review/")


def test_blind_report_is_signed_by_eight_keys_at_most(page, press, sign_in):
    case = factories.analysed_case(clinic=factories.ClinicFactory.create(reads_blind=True))
    sign_in(factories.specialist(case.clinic))
    open_first_of_worklist(page, press, rows=1)
    press("2")
    expect(page.get_by_label("No blasts seen")).to_be_checked()
    press("s")
    page.wait_for_url("**/commit/**")
    press("Enter")
    expect(page.get_by_label("Agree")).to_be_checked()
    press("s")
    sign_what_is_read(page, press)
    case.refresh_from_db()
    assert (case.status, press.count <= 8) == (CaseStatus.SIGNED, True), press.count
    assert SignedReport.objects.get().review.is_blind


def test_keys_correct_name_the_finding_and_lead_to_the_reasons(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.keyboard.press("c")
    page.keyboard.press("3")
    expect(page.get_by_role("radio", name="Correct")).to_be_checked()
    expect(page.get_by_label("Indeterminate")).to_be_checked()
    page.keyboard.press("s")
    expect(page.get_by_label("Reasons")).to_be_focused()
    page.keyboard.type("Smudge cells.")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.wait_for_url("**/sign/**")
    expect(page.get_by_text("Smudge cells.")).to_be_visible()


def test_blind_opinion_is_committed_then_stands_beside_the_machines(page, sign_in, assert_accessible):
    clinic = factories.ClinicFactory.create(reads_blind=True)
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result("early") for _ in range(3)])
    sign_in(factories.specialist(clinic))
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.get_by_text("This clinic reads blind")).to_be_visible()
    expect(page.get_by_text(factories.FLAGGED_SENTENCE)).to_have_count(0)
    assert_accessible()
    page.keyboard.press("1")
    page.keyboard.press("s")
    page.wait_for_url("**/commit/**")
    expect(page.get_by_role("heading", name="Commit your opinion on")).to_be_visible()
    assert not Review.objects.exists()
    assert_accessible()
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    expect(page.get_by_text(factories.FLAGGED_SENTENCE)).to_be_visible()
    assert Review.objects.get().is_blind
    assert_accessible()
    page.keyboard.press("s")
    page.wait_for_url("**/sign/**")


def test_key_leads_an_amendment_to_its_reason_then_to_the_password(page, sign_in, assert_accessible):
    signed = sign(factories.analysed_case())
    sign_in(signed.signed_by)
    page.goto(f"/cases/{signed.case_id}/review/")
    page.keyboard.press("s")
    page.wait_for_url("**/sign/**")
    assert page.evaluate("scrollY") == 0
    assert_accessible()
    page.keyboard.press("s")
    expect(page.get_by_label("What changed and why")).to_be_focused()
    page.keyboard.type("Flow cytometry arrived.")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Your password")).to_be_focused()


def test_without_scripts_an_opinion_is_given_and_signed(browser, live_server, case, reader):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/sign-in/?next=/cases/{case.pk}/review/")
    page.get_by_label("User name").fill(reader.username)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Agree").check()
    page.get_by_label("No blasts seen").check()
    page.get_by_role("button", name="Continue to signing").click()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", name="Signed report")).to_be_visible()
    context.close()
