import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader(clinic):
    user = factories.specialist(clinic)
    day = timedelta(days=1)
    clinic.on_call.create(user=user, rank=1, starts_at=timezone.now() - day, ends_at=timezone.now() + day)
    return user


def critical(clinic):
    return factories.analysed_case(clinic=clinic, results=[factories.machine_result("early")] * 3)


def test_critical_case_reaches_an_open_page_and_is_dealt_with_by_keys_alone(
    clinic, reader, page, sign_in, assert_accessible
):
    sign_in(reader)
    page.goto("/cases/")
    case = critical(clinic)
    page.locator("#critical-banner").evaluate("banner => { banner.dataset.poll = 200; }")
    expect(page.get_by_role("region", name="Critical notices")).to_contain_text(case.accession)
    assert_accessible()

    page.keyboard.press("!")
    page.wait_for_url("**/notices/")
    expect(page.get_by_role("heading", name=case.accession)).to_be_visible()
    assert_accessible()
    page.get_by_role("main").get_by_role("link", name=case.accession).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/notices/{case.notice.pk}/"))
    assert_accessible()
    page.keyboard.press("a")
    expect(page.get_by_text(f"You acknowledged the notice of {case.accession}.")).to_be_visible()
    expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)

    page.get_by_label("Spoken to").focus()
    page.keyboard.type("Dr Ward")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Record the call").press("Enter")
    expect(page.get_by_text("Submitting doctor called: Dr Ward read the message back")).to_be_visible()
    assert_accessible()


def test_banner_is_acknowledged_without_leaving_what_is_being_typed(clinic, reader, page, sign_in):
    case = critical(clinic)
    sign_in(reader)
    page.goto("/cases/")
    page.get_by_role("searchbox").first.fill("half a word")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text(f"You acknowledged the notice of {case.accession}.")).to_be_visible()
    expect(page.get_by_role("searchbox").first).to_have_value("half a word")
    assert case.notice.events.filter(kind="acknowledged", by=reader).exists()


def test_notice_that_is_acknowledged_after_the_session_ended_is_acknowledged_after_the_sign_in(
    clinic, reader, page, sign_in
):
    case = critical(clinic)
    sign_in(reader)
    page.goto("/worklist/")
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name=f"Acknowledge {case.accession}").click()
    page.get_by_label("User name").fill(reader.username)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"You acknowledged the notice of {case.accession}.")).to_be_visible()
    assert case.notice.events.filter(kind="acknowledged", by=reader).exists()


def test_notice_is_acknowledged_on_a_page_that_is_older_than_the_sign_in(clinic, reader, page, sign_in):
    case = critical(clinic)
    sign_in(reader)
    page.goto("/cases/")
    newer = page.context.new_page()
    page.context.clear_cookies(name="sessionid")
    newer.goto("/sign-in/")
    newer.get_by_label("User name").fill(reader.username)
    newer.get_by_label("Password").fill(factories.PASSWORD)
    newer.get_by_role("button", name="Sign in").click()
    newer.wait_for_url(lambda url: "/sign-in/" not in url)
    page.get_by_role("button", name=f"Acknowledge {case.accession}").click()
    expect(page.get_by_text(f"You acknowledged the notice of {case.accession}.")).to_be_visible()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda route: route.fulfill(status=500, body="<h1>Error</h1>"), "The server did not answer"),
        (lambda route: route.abort(), "The server did not answer"),
        (lambda route: route.fulfill(status=403, body="<h1>Open for too long</h1>"), "Reload it, then try again."),
        (lambda route: route.fulfill(status=409, json={"code": "x", "sentence": "Not any more."}), "Not any more."),
    ],
    ids=["error", "lost line", "old page", "refusal"],
)
def test_acknowledgement_that_fails_is_said_until_it_is_pressed_again(
    clinic, reader, page, sign_in, assert_accessible, answer, sentence
):
    case = critical(clinic)
    sign_in(reader)
    page.goto("/cases/")
    page.route("**/acknowledge/", answer)
    acknowledge = page.get_by_role("button", name=f"Acknowledge {case.accession}")
    acknowledge.click()
    said = page.get_by_role("alert").filter(has_text=sentence)
    expect(said).to_be_visible()
    assert_accessible()
    page.unroute("**/acknowledge/")
    acknowledge.click()
    expect(page.get_by_text(f"You acknowledged the notice of {case.accession}.")).to_be_visible()
    expect(said).to_be_hidden()


def test_reader_is_told_why_they_may_not_acknowledge_a_case_that_became_their_own(clinic, reader, page, sign_in):
    case = critical(clinic)
    sign_in(reader)
    page.goto("/cases/")
    factories.smear(case, by=reader)
    page.get_by_role("button", name=f"Acknowledge {case.accession}").click()
    expect(page.get_by_role("alert").filter(has_text="Let another specialist acknowledge it")).to_be_visible()


def test_page_whose_polls_fail_says_since_when_until_one_succeeds(clinic, reader, page, sign_in, assert_accessible):
    sign_in(reader)
    page.goto("/notices/")
    banner = page.locator("#critical-banner")
    address = f"**{banner.get_attribute('hx-get').split('?')[0]}*"
    page.route(address, lambda route: route.abort())
    banner.evaluate("banner => { banner.dataset.poll = 300; }")
    said = page.locator("#stale")
    expect(said).to_contain_text(re.compile(r"Not up to date since \d\d:\d\d"))
    assert_accessible()
    page.unroute(address)
    expect(said).to_be_hidden()
    page.context.clear_cookies(name="sessionid")
    expect(said).to_contain_text("You are signed out")


def test_list_that_fails_is_said_though_the_critical_banner_still_arrives(reader, page, sign_in):
    sign_in(reader)
    page.goto("/worklist/")
    page.locator("#critical-banner").evaluate("banner => { banner.dataset.poll = 300; }")
    page.route("**/worklist/**", lambda route: route.fulfill(status=503))
    with page.expect_response("**/notices/banner/**"):
        page.locator("#rows-poll").evaluate("list => { list.dataset.poll = 300; }")
    expect(page.locator("#stale")).to_contain_text("Not up to date since")
