from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from unittest import mock

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from diagnosis import queue
from diagnosis.choices import DeliveryKind, DeliveryState
from diagnosis.models import Delivery
from diagnosis.services import deliveries
from tests import factories

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def case():
    return factories.case(clinical_notes="Pale for three weeks", accession="ACC-77", device="Leica DM")


@pytest.fixture
def reader(case):
    return factories.specialist(case.clinic, email="reader@example.org")


def leave(case, to, kind=DeliveryKind.QUESTION, at=NOW):
    return deliveries.queue(kind=kind, case=case, to=to, at=at)


def test_it_works(case, reader):
    left = leave(case, reader)
    assert deliveries.send_due(at=NOW) == 1
    left.refresh_from_db()
    assert (left.state, left.attempts, left.sent_at) == (DeliveryState.SENT, 1, NOW)
    assert mail.outbox[0].to == ["reader@example.org"]
    assert f"/cases/{case.pk}/" in mail.outbox[0].body


def test_what_is_sent_is_not_sent_again(case, reader):
    leave(case, reader)
    deliveries.send_due(at=NOW)
    assert deliveries.send_due(at=NOW + timedelta(days=1)) == 0
    assert len(mail.outbox) == 1


def test_bell_is_rung_when_the_transaction_is_committed(case, reader, django_capture_on_commit_callbacks):
    with mock.patch.object(queue.app, "send_task") as send:
        with django_capture_on_commit_callbacks(execute=True):
            leave(case, reader)
            assert not send.called
        assert send.call_args.args == ("workers.deliver",)
        assert send.call_args.kwargs["args"] == []


def test_mail_server_that_is_down_is_asked_once_a_round_and_later_again(case, reader):
    rows = [leave(case, reader), leave(case, reader)]
    with mock.patch.object(EmailMessage, "send", side_effect=ConnectionRefusedError) as send:
        assert deliveries.send_due(at=NOW) == 0
        assert send.call_count == 1
    assert sorted(Delivery.objects.values_list("attempts", flat=True)) == [0, 1]
    assert Delivery.objects.get(attempts=1).error == "ConnectionRefusedError"
    assert deliveries.send_due(at=NOW + timedelta(seconds=29)) == 1
    assert deliveries.send_due(at=NOW + timedelta(seconds=31)) == 1
    assert len(mail.outbox) == len(rows)


def test_address_that_is_refused_holds_up_nobody_else(case, reader):
    other = factories.specialist(case.clinic, email="other@example.org")
    leave(case, reader)
    leave(case, other)
    refused = SMTPRecipientsRefused({"reader@example.org": (550, b"unknown")})
    with mock.patch.object(EmailMessage, "send", side_effect=[refused, 1]):
        assert deliveries.send_due(at=NOW) == 1
    assert Delivery.objects.get(to=reader).state == DeliveryState.QUEUED


def test_pauses_grow_until_it_is_given_up(case, reader):
    leave(case, reader)
    at, pauses = NOW, []
    with mock.patch.object(EmailMessage, "send", side_effect=TimeoutError):
        while (row := Delivery.objects.get()).state == DeliveryState.QUEUED:
            pauses.append(row.next_at - at)
            at = row.next_at
            deliveries.send_due(at=at)
    assert len(pauses) == deliveries.MAX_ATTEMPTS
    assert pauses[1:4] == [timedelta(seconds=seconds) for seconds in (30, 60, 120)]
    assert max(pauses) == deliveries.LONGEST_PAUSE
    assert (row.state, row.error) == (DeliveryState.FAILED, "TimeoutError")


@pytest.mark.parametrize("facts", [{"email": ""}, {"email": "gone@example.org", "is_active": False}])
def test_reader_who_cannot_be_reached_fails_at_once(case, facts):
    leave(case, factories.specialist(case.clinic, **facts))
    assert deliveries.send_due(at=NOW) == 0
    assert Delivery.objects.get().state == DeliveryState.FAILED
    assert Delivery.objects.get().error == "no_address"


def test_what_another_process_is_sending_is_left_alone(case, reader):
    leave(case, reader)

    def meanwhile(*_):
        assert deliveries.send_due(at=NOW) == 0
        return 1

    with mock.patch.object(EmailMessage, "send", side_effect=meanwhile) as send:
        assert deliveries.send_due(at=NOW) == 1
        assert send.call_count == 1


def test_critical_cases_go_first(reader):
    case = factories.analysed_case(clinic=reader.memberships.get().clinic, results=[factories.machine_result("early")])
    leave(case, reader, at=NOW - timedelta(minutes=1))
    deliveries.send_due(at=timezone.now())
    assert "critical case" in mail.outbox[0].subject.lower()


@pytest.mark.parametrize("kind", DeliveryKind)
def test_no_mail_holds_a_fact_of_the_patient_or_the_case(kind):
    doctor = factories.submitter(factories.ClinicFactory.create(stores_names=True), last_name="Submitterson")
    reader = factories.specialist(doctor.memberships.get().clinic, email="reader@example.org", last_name="Readerson")
    case = factories.analysed_case(
        by=doctor,
        patient=factories.PatientFactory.create(clinic=doctor.memberships.get().clinic, name="Azadeh Example"),
        results=[factories.machine_result("early")],
        accession="ACC-77",
        clinical_notes="Pale for three weeks",
        device="Leica DM",
    )
    Delivery.objects.all().delete()
    leave(case, reader, kind)
    deliveries.send_due(at=NOW)
    sent = mail.outbox[0]
    words = f"{sent.subject}\n{sent.body}\n{sent.extra_headers}".lower()
    facts = [case.accession, case.patient.number, "azadeh", "2015", "female", "submitterson", "readerson", "pale"]
    facts += ["leica", "early", "blast", "flag", "leuk", "pre-b", case.patient_id, case.smears.get().pk]
    assert [fact for fact in facts if str(fact).lower() in words] == []
    assert case.clinic.name in sent.subject
    assert "\n" not in sent.subject
    assert sent.body.count("http://") == 1


def test_mail_is_in_the_language_of_its_reader(case):
    with mock.patch("diagnosis.services.deliveries.override") as override:
        leave(case, factories.specialist(case.clinic, email="a@example.org", language="fa"))
        leave(case, factories.specialist(case.clinic, email="b@example.org"))
        deliveries.send_due(at=NOW)
    assert sorted(call.args[0] for call in override.call_args_list) == ["en", "fa"]


def test_log_holds_no_address_and_no_name(case, reader, caplog):
    leave(case, reader)
    with mock.patch.object(EmailMessage, "send", side_effect=SMTPRecipientsRefused({reader.email: (550, b"x")})):
        deliveries.send_due(at=NOW)
    assert "delivery_failed" in caplog.text
    assert reader.email not in caplog.text
    assert reader.email not in Delivery.objects.get().error
