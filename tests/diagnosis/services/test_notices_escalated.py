"""When nobody acknowledges a notice: whom it tells next, when, and what ends that."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone

from diagnosis.choices import DeliveryKind, DeliveryState, NoticeEventKind
from diagnosis.models import Delivery
from diagnosis.selectors import notices_waiting_for, outstanding_notices, progress_of_case
from diagnosis.services import deliveries, intake, notices
from tests import factories
from tests.diagnosis.services.notice_cases import MINUTE, SECOND, START, duty, flagged, kinds, sweep, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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


def test_mail_that_is_given_up_is_said_and_escalates_with_the_next_sweep(clinic, people, rota, clock):
    people[0].email = ""
    people[0].save()
    case = flagged(clinic)
    sweep(clock, START + SECOND)
    assert set(kinds(case)) == {NoticeEventKind.RAISED, NoticeEventKind.NOT_SENT}
    assert told(case) == []
    assert sweep(clock, START + 31 * SECOND) == 1
    assert told(case) == [people[1]]
    assert progress_of_case(case).unreached == (people[0],)
    assert sweep(clock, START + 62 * SECOND) == 0, "who was reached has their time"


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


def test_notices_of_which_everybody_knows_stand_in_nobodys_way(clinic, people, rota, clock):
    lonely = factories.ClinicFactory.create()
    flagged(lonely)
    case = flagged(clinic)
    clock.move_to(START + timedelta(hours=1))
    assert notices.escalate_due(at=timezone.now(), batch=1) == 1
    assert NoticeEventKind.ESCALATED in kinds(case)


def test_withdrawn_case_escalates_no_more_and_waits_for_nobody(clinic, people, rota, clock):
    case = flagged(clinic)
    intake.withdraw(case=case, by=case.submitted_by)
    assert sweep(clock, START + timedelta(hours=1)) == 0
    assert list(notices_waiting_for(people[0])) == list(outstanding_notices(people[0], at=timezone.now())) == []


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
