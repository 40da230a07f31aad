from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


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
    page.get_by_label("Only", exact=True).select_option("overdue")
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
    page.evaluate("htmx.trigger('[data-poll]', 'poll')")
    expect(page.locator(".case-row")).to_have_count(4)
    expect(page.locator(".case-row").first).to_contain_text(critical.accession)
    expect(page.locator(".case-row").first).to_contain_text("Critical")
    assert focused(page) == f"case-{cases[0].pk}", "the reader's place is kept"
