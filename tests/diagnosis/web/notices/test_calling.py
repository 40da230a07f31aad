"""The call to the submitting doctor: what is read out, what is recorded, and when to call again."""

import pytest
from django.urls import reverse
from django.utils import timezone

from diagnosis.choices import NoticeEventKind
from diagnosis.models import User
from diagnosis.services import notices
from tests import factories
from tests.diagnosis.signed_reports import sign
from tests.diagnosis.web.notices.shown import address, text

pytestmark = pytest.mark.django_db


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
