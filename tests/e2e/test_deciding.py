"""From the worklist to a signed report by a few keys, and nothing typed is lost on the way."""

import pytest
from playwright.sync_api import expect

from diagnosis.choices import CaseStatus
from diagnosis.models import Draft, Review, SignedReport
from diagnosis.services import holding
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


def test_what_is_typed_is_there_after_a_reload_and_in_another_browser_tab(page, context, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.keyboard.press("c")
    page.get_by_label("Comment for the submitting doctor").fill("Please send marrow.")
    saved(page).to_be_visible()
    page.reload()
    expect(page.get_by_label("Comment for the submitting doctor")).to_have_value("Please send marrow.")
    expect(page.get_by_role("radio", name="Correct")).to_be_checked()
    other = context.new_page()
    other.goto(f"/cases/{case.pk}/review/")
    other.get_by_label("Comment for the submitting doctor").fill("From the other tab.")
    saved(other).to_be_visible()
    page.get_by_label("Comment for the submitting doctor").fill("Overwritten?")
    expect(page.get_by_text("changed in another tab")).to_be_visible()
    assert Draft.objects.get().fields["comment"] == "From the other tab."


def drop_answers(page, count):
    """Let this many saves reach the server whose answers never arrive; return the routes that still wait."""
    waiting = []

    def drop(route):
        if len(waiting) < count:
            route.fetch()
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/draft/", drop)
    return waiting


def test_words_typed_while_a_save_is_on_its_way_are_saved_when_the_page_is_left(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    comment = page.get_by_label("Comment for the submitting doctor")
    drop_answers(page, 1)
    comment.fill("Please send")
    wait_for_draft(page, "Please send")
    comment.fill("Please send marrow.")
    page.get_by_role("link", name="Worklist").click()
    page.wait_for_url("**/worklist/")
    wait_for_draft(page, "Please send marrow.")


def test_opinion_is_sent_on_while_a_save_is_on_its_way(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    drop_answers(page, 1)
    page.keyboard.press("a")
    page.get_by_label("Comment for the submitting doctor").fill("Please send")
    wait_for_draft(page, "Please send")
    page.get_by_label("Comment for the submitting doctor").fill("Please send marrow.")
    page.get_by_role("button", name="Continue to signing").click()
    page.wait_for_url("**/sign/**")
    expect(page.get_by_text("Please send marrow.")).to_be_visible()


def wait_for_draft(page, comment):
    for _ in range(100):
        if Draft.objects.filter(fields__comment=comment).exists():
            return
        page.wait_for_timeout(50)
    pytest.fail(f"There is no draft with the comment {comment}")


def test_save_that_fails_is_tried_again_ever_more_slowly_until_it_succeeds(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.clock.install()
    tries = []

    def fail(route):
        tries.append(page.evaluate("Date.now()"))
        route.fulfill(status=500, body="<h1>Error</h1>")

    page.route("**/draft/", fail)
    page.get_by_label("Comment for the submitting doctor").fill("Please send marrow.")
    page.clock.run_for(1000)
    expect(page.get_by_text("It is tried again by itself")).to_be_visible()
    for _ in range(60):
        page.clock.run_for(1000)
    assert 3 <= len(tries) <= 7
    page.unroute("**/draft/")
    for _ in range(31):
        page.clock.run_for(1000)
    saved(page).to_be_visible()


def test_reader_whose_case_is_taken_over_hears_it_while_typing_and_takes_it_back(page, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    colleague = factories.specialist(case.clinic, first_name="Kari", last_name="Solheim")
    holding.take_over(case=case, by=colleague)
    page.get_by_label("Reasons").fill("Scant cytoplasm.")
    saved(page).to_be_visible()
    notice = page.locator("[data-held-elsewhere]")
    expect(notice).to_contain_text("Kari Solheim has had this case since")
    notice.get_by_role("link", name="Take over").click()
    page.get_by_role("button", name="Take over and read").click()
    expect(page.get_by_label("Reasons")).to_have_value("Scant cytoplasm.")
    expect(page.locator("[data-held-elsewhere]")).to_be_hidden()


def test_session_that_ends_while_the_opinion_is_typed_loses_nothing(page, context, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.keyboard.press("c")
    page.keyboard.press("3")
    page.get_by_label("Reasons").fill("Smudge cells.")
    saved(page).to_be_visible()
    context.clear_cookies(name="sessionid")
    page.get_by_label("Comment for the submitting doctor").fill("Typed while signed out.")
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.get_by_role("button", name="Continue to signing").click()
    expect(page.get_by_text("What you sent is kept")).to_be_visible()
    page.get_by_label("User name").fill(reader.username)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/sign/**")
    expect(page.get_by_text("Smudge cells.")).to_be_visible()
    expect(page.get_by_text("Typed while signed out.")).to_be_visible()


def test_sign_in_in_another_tab_does_not_break_the_form(page, context, sign_in, case, reader):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.keyboard.press("a")
    saved(page).to_be_visible()
    context.clear_cookies(name="sessionid")
    other = context.new_page()
    other.goto("/sign-in/")
    other.get_by_label("User name").fill(reader.username)
    other.get_by_label("Password").fill(factories.PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda url: "/sign-in/" not in url)
    page.get_by_role("button", name="Continue to signing").click()
    page.wait_for_url("**/sign/**")


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
