"""When a notice is raised, whom it tells, and for whom it waits."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from diagnosis import errors
from diagnosis.choices import NoticeEventKind
from diagnosis.models import Delivery, Notice
from diagnosis.selectors import notices_waiting_for, progress_of_case
from diagnosis.services import notices
from diagnosis.services.on_call import on_call
from tests import factories
from tests.diagnosis.services.notice_cases import MINUTE, SECOND, START, duty, flagged, kinds, sweep, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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
