from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diagnosis.choices import DeliveryState, NoticeEventKind
from diagnosis.models import Delivery, OnCall, User
from diagnosis.services import intake, notices
from tests import factories
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(clinic):
    """The specialist on call."""
    user = factories.specialist(clinic)
    now = timezone.now()
    OnCall.objects.create(
        clinic=clinic, user=user, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1)
    )
    return user


@pytest.fixture
def case(clinic, reader):
    doctor = factories.submitter(clinic, telephone="+98 21 555", last_name="Ward")
    return factories.analysed_case(by=doctor, results=[factories.machine_result("early")] * 3)


@pytest.fixture
def page(reader):
    return signed_in(reader)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def address(name, case):
    return reverse(name, args=[case.notice.pk])


def text(response):
    return " ".join(response.content.decode().split())


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
    from diagnosis.services import intake

    intake.withdraw(case=case, by=case.submitted_by)
    assert "nothing left to acknowledge" in text(page.post(address("acknowledge", case), follow=True))


def test_notice_says_who_was_told_until_when_and_whom_to_call(case, page, reader):
    shown = text(page.get(address("notice", case)))
    assert reader.signature_name in shown
    assert "by nobody yet" in shown
    assert "tel:+98 21 555" in shown
    assert "Critical notice raised" in shown


def test_call_is_recorded(case, page, reader):
    call = {"spoken_to": "Dr Ward", "read_back": "yes", "note": "Will admit."}
    shown = text(page.post(address("notice", case), call, follow=True))
    assert "Submitting doctor called: Dr Ward read the message back" in shown
    assert "Will admit." in shown
    assert case.notice.events.get(kind=NoticeEventKind.CALLED).by == reader


def test_call_that_is_sent_again_is_said_to_stand_already(case, page):
    call = {"spoken_to": "Dr Ward", "read_back": "yes", "note": "Will admit."}
    page.post(address("notice", case), call, follow=True)
    shown = text(page.post(address("notice", case), call, follow=True))
    assert "This call stands below already." in shown
    assert "The call is recorded." not in shown
    assert case.notice.events.filter(kind=NoticeEventKind.CALLED).count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"read_back": "yes"}, "Say whom you spoke to."),
        ({"spoken_to": "Dr Ward"}, "Say whether the doctor read the message back."),
    ],
)
def test_half_a_call_is_refused_and_keeps_what_was_typed(case, page, sent, said):
    shown = text(page.post(address("notice", case), {"note": "Kept words", **sent}))
    assert said in shown
    assert "Kept words" in shown
    assert not case.notice.events.filter(kind=NoticeEventKind.CALLED).exists()


def test_list_shows_what_is_outstanding_first(case, page, reader):
    done = factories.analysed_case(clinic=case.clinic, results=[factories.machine_result("pro")] * 3)
    notices.record_call(done.notice, by=reader, spoken_to="Dr Ward", read_back=True, at=timezone.now())
    shown = text(page.get(reverse("notices")))
    assert shown.index("To be acknowledged") < shown.index("Done lately") < shown.index(done.accession)


def test_list_without_notices_says_so(page):
    assert "No critical case waits" in text(page.get(reverse("notices")))


def test_who_may_not_read_cases_sees_no_buttons(case):
    for user in (case.submitted_by, factories.administrator(case.clinic)):
        shown = text(signed_in(user).get(address("notice", case)))
        assert "data-acknowledge" not in shown
        assert "Record the call" not in shown


def test_every_page_asks_the_database_as_little_for_many_notices_as_for_one(
    case, page, clinic, reader, django_assert_max_num_queries
):
    for _ in range(5):
        factories.analysed_case(clinic=clinic, results=[factories.machine_result("pro")])
    with django_assert_max_num_queries(7):
        page.get(reverse("notices-banner"))


def test_who_could_not_be_told_is_named(page, reader, case):
    Delivery.objects.update(state=DeliveryState.FAILED)
    text = page.get(reverse("notice", args=[case.notice.pk])).content.decode()
    assert f"<bdi>{reader.signature_name}</bdi> could not be told" in text
    assert "nobody yet" in text


def test_withdrawn_critical_case_is_not_listed_as_if_it_were_done(page, case):
    intake.withdraw(case=case, by=case.submitted_by)
    text = page.get(reverse("notices")).content.decode()
    assert "withdrawn before anybody acknowledged it" in text


def test_whoever_calls_reads_out_what_is_signed_once_it_is(page, reader, case):
    address = reverse("notice", args=[case.notice.pk])
    assert "Say what is suspected and that it is unverified" in page.get(address).content.decode()
    sign(case, by=reader)
    text = page.get(address).content.decode()
    assert "Say what version 1 of the report says, signed: “Blasts suspected”." in text
    assert "No telephone number is kept" not in text
    User.objects.filter(pk=case.submitted_by_id).update(telephone="")
    assert "No telephone number is kept" in page.get(address).content.decode()


def test_call_about_what_was_amended_meanwhile_is_refused_and_keeps_what_was_typed(page, reader, case):
    sign(case, by=reader)
    call = {"spoken_to": "Dr Ward", "read_back": "yes", "note": "Will admit.", "version": 0}
    shown = text(page.post(address("notice", case), call))
    assert "Version 1 was signed meanwhile" in shown
    assert 'name="version" value="1"' in shown
    assert "Dr Ward" in shown
    assert "Will admit." in shown
    assert "The call is recorded." in text(page.post(address("notice", case), {**call, "version": 1}, follow=True))


def test_who_added_an_image_is_not_offered_the_call(page, reader, case):
    assert "Record the call" in text(page.get(address("notice", case)))
    factories.smear(case, by=reader)
    assert "Record the call" not in text(page.get(address("notice", case)))


def test_report_of_blasts_that_only_its_signer_saw_asks_for_the_call(page, reader, clinic):
    unflagged = factories.analysed_case(clinic=clinic)
    sign(unflagged, by=reader)
    text = page.get(reverse("report", args=[unflagged.pk])).content.decode()
    assert "Record the call" in text
    assert "nobody: who suspects blasts signed at once" in text


@pytest.fixture
def changed(case, reader):
    """The case, whose finding was changed after the submitting doctor had been called about its first version."""
    sign(case, by=reader)
    notices.record_call(case.notice, by=reader, spoken_to="Dr Ward", read_back=True, version=1, at=timezone.now())
    sign(case, by=reader, finding="indeterminate", amendment_reason="Flow cytometry arrived.")
    return case


@pytest.mark.parametrize("route", ["case", "review", "report"])
def test_pages_of_a_case_whose_finding_changed_say_what_the_doctor_heard_and_to_call_again(changed, page, route):
    shown = text(page.get(reverse(route, args=[changed.pk])))
    panel = shown.partition('id="critical-notice"')[2].partition("</section>")[0]
    assert "<bdi>Dr Ward</bdi>" in panel
    assert "about version 1" in panel
    assert "Call again: the finding changed." in panel
    assert "not yet" not in panel


def test_notice_and_list_say_to_call_again_once_the_finding_changed(changed, page):
    for address_ in (address("notice", changed), reverse("notices")):
        shown = text(page.get(address_))
        assert "about version 1" in shown
        assert "Call again: the finding changed" in shown
        assert "not yet" not in shown
        assert "Doctor not called" not in shown


def test_whoever_calls_reads_the_patients_number_and_what_the_machine_said(case, page):
    case.patient.year_of_birth = 2019
    case.patient.save()
    shown = text(page.get(address("notice", case)))
    head, call = shown.split('id="call"')
    assert f'Patient <bdi class="mono">{case.patient.number}</bdi>, born 2019' in head
    assert factories.FLAGGED_SENTENCE in call
    assert call.index(factories.FLAGGED_SENTENCE) < call.index("Spoken to")


def test_whoever_calls_reads_who_suspected_blasts_where_the_machine_did_not(clinic, reader, page):
    unflagged = factories.analysed_case(clinic=clinic)
    unflagged.refresh_from_db()
    notices.become_critical(unflagged, by=reader, tells=False, at=timezone.now())
    shown = text(page.get(address("notice", unflagged)))
    assert f"<bdi>{reader.signature_name}</bdi> suspects blasts." in shown
    assert factories.NOT_FLAGGED_SENTENCE in shown


def test_whoever_calls_and_reads_blind_is_told_that_it_was_raised_and_no_more(case, page, clinic, reader):
    clinic.reads_blind = True
    clinic.save()
    shown = text(page.get(address("notice", case)))
    assert "The machine raised its flag or a reader suspected blasts." in shown
    assert case.patient.number in shown
    assert factories.FLAGGED_SENTENCE not in shown
    assert "Early pre-B" not in shown


def test_machines_sentence_is_not_read_out_once_a_report_is_signed(case, page, reader):
    sign(case, by=reader)
    assert factories.FLAGGED_SENTENCE not in text(page.get(address("notice", case)))


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
