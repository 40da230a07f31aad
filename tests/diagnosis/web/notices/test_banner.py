"""The banner of every page: who is told of what, and acknowledging."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diagnosis.choices import NoticeEventKind
from diagnosis.services import intake, notices
from tests import factories
from tests.diagnosis.web.notices.shown import address, signed_in, text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("route", ["worklist", "cases", "submit", "notices"])
def test_banner_stands_on_every_page_of_whoever_is_told(case, page, route):
    shown = text(page.get(reverse(route)))
    assert f'Critical case <bdi class="mono">{case.accession}</bdi>' in shown
    assert address("acknowledge", case) in shown


def test_banner_is_for_nobody_else(case):
    for user in (factories.specialist(case.clinic), case.submitted_by, factories.outsider()):
        assert case.accession not in text(signed_in(user).get(reverse("notices-banner"), {"seen": "x"}))


def test_page_of_whoever_is_signed_out_has_no_banner(case):
    assert "critical-banner" not in text(Client().get(reverse("sign-in")))


def test_banner_is_sent_only_when_it_changed(case, page):
    first = page.get(reverse("notices-banner"))
    assert first.status_code == 200
    seen = first.context["seen"]
    assert page.get(reverse("notices-banner"), {"seen": seen}).status_code == 204
    notices.acknowledge(case.notice, by=factories.specialist(case.clinic), at=timezone.now())
    after = page.get(reverse("notices-banner"), {"seen": seen})
    assert after.status_code == 200
    assert case.accession not in text(after)


def test_acknowledging_leads_to_the_notice(case, page, reader):
    answer = page.post(address("acknowledge", case), follow=True)
    assert answer.redirect_chain == [(address("notice", case), 302)]
    assert f"You acknowledged the notice of {case.accession}." in text(answer)
    assert case.notice.events.get(kind=NoticeEventKind.ACKNOWLEDGED).by == reader


def test_acknowledging_in_the_banner_leaves_the_page_where_it_is(case, page):
    answer = page.post(address("acknowledge", case), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert reverse("review", args=[case.pk]) in text(answer)
    assert "<html" not in text(answer)


@pytest.fixture
def later(case):
    """Another critical case of the clinic, whose notice comes after."""
    return factories.analysed_case(clinic=case.clinic, results=[factories.machine_result("pro")] * 3)


def test_button_says_which_case_it_acknowledges(case, page):
    shown = text(page.get(reverse("worklist")))
    assert f'Acknowledge <bdi class="mono">{case.accession}</bdi></button>' in shown


@pytest.mark.parametrize("route", ["review", "case"])
def test_page_of_a_case_acknowledges_its_own_notice_and_links_to_the_other(case, later, page, route):
    banner = text(page.get(reverse(route, args=[later.pk]))).partition('id="critical-banner"')[2].partition("<main")[0]
    assert f'This case, <bdi class="mono">{later.accession}</bdi>, is critical.' in banner
    assert address("acknowledge", later) in banner
    assert address("acknowledge", case) not in banner
    assert "1 more critical case waits" in banner


def test_page_of_one_case_never_acknowledges_another(case, later, page):
    for answer in (
        page.post(address("acknowledge", later), {"on": str(later.pk)}, headers={"HX-Request": "true"}),
        page.get(reverse("review", args=[later.pk])),
        page.get(reverse("notices-banner"), {"seen": "old", "on": str(later.pk)}),
    ):
        shown = text(answer)
        assert f'Another case is critical: <bdi class="mono">{case.accession}</bdi>' in shown
        assert address("acknowledge", case) not in shown
        assert address("notice", case) in shown


def test_banner_says_how_many_more_wait(case, later, page):
    shown = text(page.get(reverse("cases")))
    assert f'Acknowledge <bdi class="mono">{case.accession}</bdi></button>' in shown
    assert "1 more critical case waits" in shown


def test_second_to_acknowledge_is_told_who_was_first(case, page):
    other = factories.specialist(case.clinic, first_name="Grace", last_name="Early")
    notices.acknowledge(case.notice, by=other, at=timezone.now())
    assert f"Grace Early acknowledged the notice of {case.accession} before you." in text(
        page.post(address("acknowledge", case), follow=True)
    )


def test_acknowledging_what_is_withdrawn_says_why_not(case, page):

    intake.withdraw(case=case, by=case.submitted_by)
    assert "nothing left to acknowledge" in text(page.post(address("acknowledge", case), follow=True))


def test_page_of_a_notice_has_one_button_that_acknowledges_it(case, page):
    for answer in (
        page.get(address("notice", case)),
        page.get(
            reverse("notices-banner"),
            {"on": str(case.pk)},
            headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{address('notice', case)}?x=1"},
        ),
    ):
        banner = text(answer).partition('id="critical-banner"')[2].partition("<main")[0]
        assert f'This case, <bdi class="mono">{case.accession}</bdi>, is critical.' in banner
        assert address("acknowledge", case) not in banner
    assert text(page.get(address("notice", case))).count(address("acknowledge", case)) == 1


@pytest.mark.parametrize(("route", "follows"), [("review", True), ("case", True), ("worklist", False)])
def test_acknowledging_in_the_banner_of_a_case_changes_its_panel_too(case, page, reader, route, follows):
    where = reverse(route, args=[case.pk] if follows else [])
    answer = text(
        page.post(
            address("acknowledge", case),
            {"on": str(case.pk) if follows else ""},
            headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{where}"},
        )
    )
    assert ('hx-swap-oob="true"' in answer) == follows
    panel = answer.partition('id="critical-notice"')[2]
    assert (f"<bdi>{reader.signature_name}</bdi>, <time" in panel) == follows
    assert "by nobody yet" not in panel
    assert address("acknowledge", case) not in panel
