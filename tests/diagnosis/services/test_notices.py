from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from diagnosis import errors
from diagnosis.choices import Act, DeliveryKind, DeliveryState, NoticeEventKind
from diagnosis.models import AuditRecord, Case, Delivery, Notice, OnCall
from diagnosis.selectors import notices_waiting_for, outstanding_notices, progress_of_case
from diagnosis.services import deliveries, intake, notices
from diagnosis.services.on_call import on_call
from tests import factories

pytestmark = pytest.mark.django_db

FLAGGED = [factories.machine_result("early")] * 3
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def people(clinic):
    """Three specialists with an address: first and second on call, and one who sleeps."""
    return [factories.specialist(clinic, email=f"{name}@example.org") for name in ("first", "second", "asleep")]


@pytest.fixture
def rota(clinic, people):
    for rank, user in enumerate(people[:2], start=1):
        duty(clinic, user, rank)


def duty(clinic, user, rank, starts=START - timedelta(hours=8), ends=START + timedelta(hours=8)):
    return OnCall.objects.create(clinic=clinic, user=user, rank=rank, starts_at=starts, ends_at=ends)


def flagged(clinic):
    return factories.analysed_case(clinic=clinic, results=FLAGGED)


def kinds(case):
    return sorted(case.notice.events.values_list("kind", flat=True), key=list(NoticeEventKind.values).index)


def told(case):
    return list(progress_of_case(case).told)


def sweep(clock, to):
    """Let the programs run at a moment: the sweep, then a round of e-mails."""
    clock.move_to(to)
    escalated = notices.escalate_due(at=timezone.now())
    deliveries.send_due(at=timezone.now())
    return escalated


def test_it_works(clinic, people, rota, clock):
    case = flagged(clinic)
    assert case.notice.stage_report == case.current_stage_report
    assert case.notice.notify_by == START + 5 * MINUTE
    assert case.notice.acknowledge_by == START + 30 * MINUTE
    assert told(case) == people[:1]
    sweep(clock, START + 10 * SECOND)
    assert [message.to for message in mail.outbox] == [["first@example.org"]]
    assert progress_of_case(case).sent_at == START + 10 * SECOND
    assert notices.acknowledge(case.notice, by=people[0], at=timezone.now()).by == people[0]
    assert sweep(clock, START + timedelta(hours=3)) == 0
    assert told(case) == people[:1]


def test_case_without_a_flag_raises_no_notice(clinic):
    factories.analysed_case(clinic=clinic)
    assert not Notice.objects.exists()


def test_later_flagged_stage_reports_add_nothing(clinic, people, rota):
    case = flagged(clinic)
    factories.analyse(factories.smear(case), factories.machine_result("pro"))
    assert case.stage_reports.count() == 2
    assert Notice.objects.count() == Delivery.objects.count() == 1


def test_notice_is_raised_in_the_transaction_of_its_stage_report(clinic, people, rota):
    with transaction.atomic():
        flagged(clinic)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not Delivery.objects.exists()


def test_nobody_on_call_means_every_specialist_and_it_is_said(clinic, people):
    duty(clinic, people[0], 1, ends=START - MINUTE)
    case = flagged(clinic)
    assert kinds(case) == [NoticeEventKind.RAISED, NoticeEventKind.NOBODY_ON_CALL]
    assert told(case) == people


def test_rank_two_alone_is_nobody_on_call(clinic, people):
    duty(clinic, people[1], 2)
    assert told(flagged(clinic)) == people


def test_whoever_submitted_the_case_is_not_told_of_it_and_cannot_take_it_on(clinic, people):
    duty(clinic, people[0], 1)
    case = factories.analysed_case(by=people[0], results=[factories.machine_result("early")] * 3)
    assert told(case) == people[1:]
    with pytest.raises(errors.OwnCase):
        notices.acknowledge(case.notice, by=people[0], at=timezone.now())


def test_colleagues_of_other_clinics_are_never_told(clinic, people):
    other = factories.specialist(factories.ClinicFactory.create())
    duty(other.memberships.get().clinic, other, 1)
    assert other not in told(flagged(clinic))


@pytest.mark.parametrize("facts", [{"is_active": False}, {"is_service_account": True}])
def test_who_cannot_act_is_not_on_call(clinic, facts):
    duty(clinic, factories.specialist(clinic, **facts), 1)
    duty(clinic, factories.submitter(clinic), 1)
    assert on_call(clinic, at=START) == []


def test_duty_begins_with_its_first_moment_and_ends_before_its_last(clinic, people):
    duty(clinic, people[0], 1, starts=START, ends=START + MINUTE)
    assert on_call(clinic, at=START - SECOND) == []
    assert on_call(clinic, at=START) == people[:1]
    assert on_call(clinic, at=START + MINUTE) == []


def test_escalates_to_rank_two_when_nobody_acknowledged_in_time(clinic, people, rota, clock):
    case = flagged(clinic)
    sweep(clock, START + SECOND)
    assert sweep(clock, START + 30 * MINUTE - SECOND) == 0
    assert sweep(clock, START + 30 * MINUTE) == 1
    assert told(case) == people[:2]
    assert mail.outbox[-1].to == ["second@example.org"]
    assert "has not been acknowledged" in mail.outbox[-1].subject
    assert case.notice.events.filter(kind=NoticeEventKind.ESCALATED).count() == 1


def test_escalates_earlier_when_the_first_mail_is_not_out_in_time(clinic, people, rota, clock):
    case = flagged(clinic)
    clock.move_to(START + 5 * MINUTE - SECOND)
    assert notices.escalate_due(at=timezone.now()) == 0
    clock.move_to(START + 5 * MINUTE)
    assert notices.escalate_due(at=timezone.now()) == 1
    assert told(case) == people[:2]


def test_mail_that_is_given_up_is_said_and_escalates(clinic, people, rota, clock):
    people[0].email = ""
    people[0].save()
    case = flagged(clinic)
    sweep(clock, START + SECOND)
    assert set(kinds(case)) == {NoticeEventKind.RAISED, NoticeEventKind.NOT_SENT}
    assert sweep(clock, START + 5 * MINUTE) == 1
    assert told(case) == people[:2]


def test_each_round_has_as_long_as_the_first_and_the_last_reaches_everybody(clinic, people, rota, clock):
    case = flagged(clinic)
    sweep(clock, START + SECOND)
    sweep(clock, START + 30 * MINUTE)
    assert sweep(clock, START + 60 * MINUTE - SECOND) == 0
    assert sweep(clock, START + 60 * MINUTE) == 1
    assert told(case) == people
    assert sweep(clock, START + timedelta(hours=9)) == 0
    assert [message.to[0].partition("@")[0] for message in mail.outbox] == ["first", "second", "asleep"]


def test_who_comes_on_duty_meanwhile_is_told_at_the_next_round(clinic, people, rota, clock):
    late = factories.specialist(clinic, email="late@example.org")
    duty(clinic, late, 1, starts=START + 20 * MINUTE)
    case = flagged(clinic)
    sweep(clock, START + SECOND)
    sweep(clock, START + 30 * MINUTE)
    assert set(told(case)) == {people[0], people[1], late}


def test_limits_are_the_clinics_at_the_moment_of_raising(people, rota, clinic, clock):
    clinic.acknowledge_target = 10
    clinic.save()
    flagged(clinic)
    sweep(clock, START + SECOND)
    clinic.acknowledge_target = 60
    clinic.save()
    assert sweep(clock, START + 10 * MINUTE) == 1


def test_two_sweeps_escalate_once(clinic, people, rota, clock):
    case = flagged(clinic)
    clock.move_to(START + timedelta(hours=1))
    assert [notices.escalate_due(at=timezone.now()) for _ in range(2)] == [1, 0]
    assert Delivery.objects.filter(case=case, kind=DeliveryKind.ESCALATION).count() == 1


def test_nobody_left_to_tell_is_no_reason_to_tell_again(clinic, clock):
    case = flagged(clinic)
    assert sweep(clock, START + timedelta(hours=1)) == 0
    assert kinds(case) == [NoticeEventKind.RAISED, NoticeEventKind.NOBODY_ON_CALL]


def test_acknowledging_twice_keeps_the_first(clinic, people, rota):
    case = flagged(clinic)
    first = notices.acknowledge(case.notice, by=people[1], at=timezone.now())
    assert notices.acknowledge(case.notice, by=people[0], at=timezone.now()) == first
    assert kinds(case).count(NoticeEventKind.ACKNOWLEDGED) == 1
    assert AuditRecord.objects.get(act=Act.NOTICE_ACKNOWLEDGED).by == people[1]


@pytest.mark.parametrize("who", [factories.submitter, factories.administrator, factories.service_account])
def test_only_a_specialist_acknowledges_and_calls(clinic, who):
    case = flagged(clinic)
    with pytest.raises(errors.NotAllowed):
        notices.acknowledge(case.notice, by=who(clinic), at=timezone.now())
    with pytest.raises(errors.NotAllowed):
        notices.record_call(case.notice, by=who(clinic), spoken_to="x", read_back=True, at=timezone.now())


def test_call_is_recorded_with_its_read_back(clinic, people, rota):
    case = flagged(clinic)
    call = notices.record_call(
        case.notice, by=people[0], spoken_to=" Dr Ward ", read_back=True, note="Will admit.", at=timezone.now()
    )
    assert (call.spoken_to, call.read_back, call.note) == ("Dr Ward", True, "Will admit.")
    assert kinds(case)[1:] == [NoticeEventKind.ACKNOWLEDGED, NoticeEventKind.CALLED]
    assert AuditRecord.objects.get(act=Act.DOCTOR_CALLED).detail == {"notice": str(case.notice.pk), "read_back": 1}
    assert list(outstanding_notices(people[0], at=timezone.now())) == []


def test_call_that_was_not_read_back_leaves_the_notice_outstanding(clinic, people, rota):
    case = flagged(clinic)
    notices.record_call(case.notice, by=people[0], spoken_to="A nurse", read_back=False, at=timezone.now())
    assert list(outstanding_notices(people[0], at=timezone.now())) == [case.notice]
    notices.record_call(case.notice, by=people[0], spoken_to="Dr Ward", read_back=True, at=timezone.now())
    notices.record_call(case.notice, by=people[0], spoken_to="Ward clerk", read_back=False, at=timezone.now())
    assert progress_of_case(case).call.spoken_to == "Dr Ward"


def test_what_nobody_called_through_leaves_the_list_after_a_month(clinic, people, rota, clock):
    case = flagged(clinic)
    clock.move_to(START + timedelta(days=30))
    assert list(outstanding_notices(people[0], at=timezone.now())) == [case.notice]
    clock.move_to(START + timedelta(days=30, seconds=1))
    assert list(outstanding_notices(people[0], at=timezone.now())) == []


@pytest.mark.parametrize("facts", [{"spoken_to": "  "}, {"spoken_to": "x" * 201}, {"note": "x" * 2001}])
def test_call_without_whom_or_too_long_is_refused(clinic, people, facts):
    case = flagged(clinic)
    with pytest.raises(errors.Invalid):
        notices.record_call(
            case.notice, by=people[0], at=timezone.now(), **{"spoken_to": "Dr Ward", "read_back": True, **facts}
        )


def test_signature_before_acknowledging_closes_the_notice_and_says_so(clinic, people, rota, clock):
    case = flagged(clinic)
    for _ in range(2):
        notices.close(case, by=people[2], at=timezone.now())
    assert kinds(case)[1:] == [NoticeEventKind.CLOSED]
    Case.objects.filter(pk=case.pk).update(status="signed")
    assert sweep(clock, START + timedelta(hours=1)) == 0
    with pytest.raises(errors.CaseClosed):
        notices.acknowledge(case.notice, by=people[0], at=timezone.now())


def test_signature_after_acknowledging_adds_nothing(clinic, people, rota):
    case = flagged(clinic)
    notices.acknowledge(case.notice, by=people[0], at=timezone.now())
    notices.close(case, by=people[0], at=timezone.now())
    assert NoticeEventKind.CLOSED not in kinds(case)


def test_withdrawn_case_escalates_no_more_and_waits_for_nobody(clinic, people, rota, clock):
    case = flagged(clinic)
    intake.withdraw(case=case, by=case.submitted_by)
    assert sweep(clock, START + timedelta(hours=1)) == 0
    assert list(notices_waiting_for(people[0])) == list(outstanding_notices(people[0], at=timezone.now())) == []


def test_notice_waits_for_those_who_were_told(clinic, people, rota):
    case = flagged(clinic)
    assert list(notices_waiting_for(people[0])) == [case.notice]
    assert list(notices_waiting_for(people[1])) == []
    notices.acknowledge(case.notice, by=people[1], at=timezone.now())
    assert list(notices_waiting_for(people[0])) == []


def test_who_left_the_clinic_is_no_longer_asked(clinic, people, rota):
    flagged(clinic)
    people[0].memberships.all().delete()
    assert list(notices_waiting_for(people[0])) == []


def test_report_says_who_was_told_who_acknowledged_and_who_was_called(clinic, people, rota):
    case = flagged(clinic)
    assert notices.for_report(factories.case()) is None
    assert notices.for_report(case) == {
        "raised_at": START.isoformat(),
        "told": [people[0].signature_name],
        "acknowledged": None,
        "call": None,
    }
    notices.record_call(case.notice, by=people[0], spoken_to="Dr Ward", read_back=True, note="n", at=timezone.now())
    said = notices.for_report(case)
    assert said["acknowledged"] == {"by": people[0].signature_name, "at": START.isoformat()}
    assert said["call"] == {
        "by": people[0].signature_name,
        "at": START.isoformat(),
        "spoken_to": "Dr Ward",
        "read_back": True,
        "note": "n",
    }


def test_audit_of_a_notice_holds_ids_alone(clinic, people, rota, clock):
    case = flagged(clinic)
    notices.record_call(case.notice, by=people[0], spoken_to="Dr Ward", read_back=True, note="n", at=timezone.now())
    details = [record.detail for record in AuditRecord.objects.filter(case=case, act__startswith="notice")]
    assert {key for detail in details for key in detail} == {"notice", "told"}
    assert "Ward" not in str(list(AuditRecord.objects.values_list("detail", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_case_that_somebody_is_at_work_on_comes_with_the_next_sweep(clinic, people, rota, clock):
    case = flagged(clinic)
    clock.move_to(START + timedelta(hours=1))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            other.set_autocommit(False)
            cursor.execute("SELECT FROM diagnosis_case WHERE id = %s FOR UPDATE", [case.pk])
            assert notices.escalate_due(at=timezone.now()) == 0
            other.rollback()
    finally:
        other.close()
    assert notices.escalate_due(at=timezone.now()) == 1


def test_failed_mail_of_a_question_is_no_step_of_a_notice(clinic, people, rota, clock):
    case = flagged(clinic)
    nobody = factories.specialist(clinic, email="")
    deliveries.queue(kind=DeliveryKind.QUESTION, case=case, to=nobody, at=START)
    sweep(clock, START)
    assert Delivery.objects.get(to=nobody).state == DeliveryState.FAILED
    assert NoticeEventKind.NOT_SENT not in kinds(case)
