import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from diagnosis.models import Case
from diagnosis.services import holding
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cases(clinic):
    """Open three cases that are due one after the other."""
    now = timezone.now()
    return [factories.analysed_case(clinic=clinic, at=now - timedelta(hours=hours)) for hours in (30, 20, 10)]


@pytest.fixture
def reader(clinic, sign_in):
    reader = factories.specialist(clinic)
    sign_in(reader)
    return reader


def focused(page):
    return page.evaluate("document.activeElement.id")


def test_keys_move_search_and_open(page, cases, reader):
    expect(page.locator(".case-row")).to_have_count(3)
    for key, case in (("j", cases[0]), ("j", cases[1]), ("j", cases[2]), ("j", cases[2]), ("k", cases[1])):
        page.keyboard.press(key)
        assert focused(page) == f"case-{case.pk}"
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.keyboard.type("j")
    expect(page.locator("#q")).to_have_value("j")
    page.locator("#q").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{cases[0].pk}/review/")


def test_search_narrows_while_it_is_typed_and_stays_in_the_address(page, cases, reader):
    page.locator("#q").press_sequentially(cases[1].accession)
    expect(page.locator(".case-row")).to_have_count(1)
    expect(page.locator(".case-row")).to_contain_text(cases[1].accession)
    assert f"q={cases[1].accession}" in page.url
    page.reload()
    expect(page.locator("#q")).to_have_value(cases[1].accession)
    expect(page.locator(".case-row")).to_have_count(1)
    page.locator("#q").fill("")
    page.get_by_role("checkbox", name="Overdue").check()
    expect(page.locator(".case-row")).to_have_count(1)
    expect(page.locator(".case-row")).to_contain_text("overdue 6 h")


def test_critical_case_appears_first_by_itself(page, cases, reader, clinic):
    page.keyboard.press("j")
    critical = factories.analysed_case(
        clinic=clinic,
        results=[factories.machine_result("pre")] * 3,
        priority="stat",
        at=timezone.now() - timedelta(days=2),
    )
    page.evaluate("htmx.trigger('#rows [data-poll]', 'poll')")
    expect(page.locator(".case-row")).to_have_count(4)
    expect(page.locator(".case-row").first).to_contain_text(critical.accession)
    expect(page.locator(".case-row").first).to_contain_text("Critical")
    assert focused(page) == f"case-{cases[0].pk}", "the reader's place is kept"


def test_keys_hold_and_release_and_a_colleague_sees_it(page, cases, reader, clinic):
    page.keyboard.press("j")
    row = page.locator(".case-row").first
    page.keyboard.press("h")
    expect(page.locator("#said")).to_contain_text(f"You have {cases[0].accession} now.")
    expect(row).to_contain_text("Yours")
    expect(page.get_by_role("navigation", name="How much waits")).to_contain_text("1 yours")
    assert focused(page) == f"case-{cases[0].pk}", "the reader's place is kept"
    page.keyboard.press("r")
    expect(row.get_by_role("button", name="Hold")).to_be_visible()
    holding.hold(case=cases[0], by=factories.specialist(clinic, first_name="Kari", last_name="Solheim"))
    page.keyboard.press("h")
    expect(page.locator("#said")).to_contain_text("Kari Solheim has had this case since")
    expect(row).to_contain_text("with Kari Solheim since")
    page.keyboard.press("h")
    page.get_by_role("button", name="Take over and read").press("Enter")
    page.wait_for_url(f"**/cases/{cases[0].pk}/review/")


def test_case_is_held_though_the_list_is_being_fetched(page, cases, reader):
    page.goto("/worklist/")
    slow = []
    page.route("**/worklist/", lambda route: route.continue_() if slow else slow.append(route))
    page.locator("#rows-poll").evaluate("list => { htmx.trigger(list, 'poll'); }")
    while not slow:
        page.wait_for_timeout(20)
    page.get_by_role("button", name="Hold").first.click()
    expect(page.get_by_text(re.compile("You have .* now."))).to_be_visible()
    expect(page.get_by_text("Yours", exact=True)).to_be_visible()


def test_hold_that_fails_is_said(page, cases, reader):
    page.goto("/worklist/")
    page.route("**/hold/", lambda route: route.abort())
    page.get_by_role("button", name="Hold").first.click()
    expect(page.get_by_role("alert").filter(has_text="The server did not answer")).to_be_visible()


def test_filter_is_saved_and_opened_by_its_number(page, cases, reader):
    page.get_by_role("checkbox", name="Overdue").check()
    expect(page.locator(".case-row")).to_have_count(1)
    page.keyboard.press("v")
    page.keyboard.type("Late ones")
    page.keyboard.press("Enter")
    expect(page.locator(".case-row")).to_have_count(1)
    page.goto("/worklist/")
    expect(page.locator(".case-row")).to_have_count(3)
    page.keyboard.press("1")
    page.wait_for_url("**/worklist/?is_overdue=true")
    expect(page.locator(".case-row")).to_have_count(1)
    page.get_by_role("button", name="Delete the view Late ones").click()
    expect(page.get_by_text("“Late ones” is deleted.")).to_be_visible()


def test_list_tells_in_the_tab_what_must_not_wait(page, cases, reader, clinic):
    expect(page).to_have_title("1 overdue · Worklist \N{EN DASH} telediag")
    factories.analysed_case(clinic=clinic, results=[factories.machine_result("pre")] * 3)
    page.evaluate("htmx.trigger('#rows [data-poll]', 'poll')")
    expect(page).to_have_title("1 critical, 1 overdue · Worklist \N{EN DASH} telediag")


def test_worklist_works_without_scripts(browser, live_server, cases, clinic):
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(factories.specialist(clinic).username)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("checkbox", name="Overdue").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".case-row")).to_have_count(1)
    page.get_by_role("button", name="Hold").click()
    expect(page.locator(".case-row")).to_contain_text("Yours")
    page.get_by_role("button", name="Release").click()
    expect(page.get_by_role("button", name="Hold")).to_be_visible()
    context.close()


def test_axe_finds_nothing_on_a_full_worklist(page, cases, reader, clinic, assert_accessible):
    holding.hold(case=cases[0], by=reader)
    holding.hold(case=cases[1], by=factories.specialist(clinic))
    factories.analysed_case(by=reader)
    page.goto("/worklist/?priority=routine")
    page.get_by_text("More filters").click()
    page.get_by_text("Save this filter").click()
    assert_accessible()
    page.goto(f"/cases/{cases[1].pk}/take-over/")
    assert_accessible()


@pytest.mark.parametrize("width", [1100, 1280, 1440, 2560])
def test_accession_numbers_stand_whole_beside_what_else_a_row_says(page, clinic, reader, width):
    flagged = factories.analysed_case(clinic=clinic, results=[factories.machine_result("early")] * 3)
    plain = factories.analysed_case(clinic=clinic)
    Case.objects.filter(pk=flagged.pk).update(accession="DEMO-DRAWN-1-A5B6C7")
    holding.hold(case=plain, by=reader)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/worklist/")
    numbers = page.locator(".case-number")
    expect(numbers).to_have_count(2)
    assert numbers.evaluate_all("all => all.filter(each => each.scrollWidth > each.clientWidth).length") == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
