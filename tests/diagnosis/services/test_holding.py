import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from diagnosis.choices import Act
from diagnosis.errors import HeldByAnother, NotAllowed
from diagnosis.models import AuditRecord
from diagnosis.services import holding, intake
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(time_zone="Europe/Oslo")


@pytest.fixture
def case(clinic):
    return factories.analysed_case(clinic=clinic)


@pytest.fixture
def ada(clinic):
    return factories.specialist(clinic)


@pytest.fixture
def bea(clinic):
    return factories.specialist(clinic, last_name="Solheim")


def test_case_is_held_by_one_reader_at_a_time(case, ada, bea):
    assert holding.hold(case=case, by=ada)
    assert holding.hold(case=case, by=ada), "going on is no second hold"
    assert not holding.hold(case=case, by=bea)
    case.refresh_from_db()
    assert case.held_by == ada
    assert AuditRecord.objects.filter(act=Act.CASE_HELD).count() == 1


def test_hold_ends_by_itself_unless_it_is_renewed(case, ada, bea):
    now = timezone.now()
    assert holding.hold(case=case, by=ada, at=now)
    assert holding.renew(case=case, by=ada, at=now + timedelta(minutes=29))
    assert not holding.hold(case=case, by=bea, at=now + timedelta(minutes=31))
    over = now + timedelta(minutes=60)
    assert not holding.renew(case=case, by=ada, at=over)
    assert holding.hold(case=case, by=bea, at=over)
    assert not holding.renew(case=case, by=ada, at=over)


def test_released_case_is_free_for_the_next(case, ada, bea):
    holding.hold(case=case, by=ada)
    assert not holding.release(case=case, by=bea), "only whoever holds it gives it back"
    assert holding.release(case=case, by=ada)
    assert holding.hold(case=case, by=bea)


def test_taking_over_says_from_whom(case, ada, bea):
    holding.hold(case=case, by=ada)
    assert holding.take_over(case=case, by=bea)
    case.refresh_from_db()
    assert case.held_by == bea
    taken = AuditRecord.objects.filter(act=Act.CASE_HELD, by=bea).get()
    assert taken.detail == {"taken_from": ada.pk}


def test_who_does_not_hold_it_is_told_who_does(case, ada, bea):
    at = timezone.now().replace(hour=11, minute=5)
    holding.hold(case=case, by=bea, at=at)
    case.refresh_from_db()
    holding.require_not_held_by_another(case=case, by=bea, at=at)
    with pytest.raises(HeldByAnother, match=r"Ada Solheim has had this case since 1[23]:05"):
        holding.require_not_held_by_another(case=case, by=ada, at=at)
    holding.require_not_held_by_another(case=case, by=ada, at=at + timedelta(hours=1))


def test_closed_case_is_held_by_nobody(case, ada, bea):
    holding.hold(case=case, by=ada)
    intake.withdraw(case=case, by=case.submitted_by)
    case.refresh_from_db()
    holding.require_not_held_by_another(case=case, by=bea)
    assert not holding.hold(case=case, by=bea)
    assert not holding.take_over(case=case, by=bea)


def test_only_readers_of_the_clinic_hold_its_cases(case):
    for stranger in (case.submitted_by, factories.outsider()):
        with pytest.raises(NotAllowed):
            holding.hold(case=case, by=stranger)
        with pytest.raises(NotAllowed):
            holding.take_over(case=case, by=stranger)


def test_nobody_holds_a_case_that_is_for_others_to_read(clinic, ada, bea):
    own = factories.analysed_case(by=ada)
    assert not holding.hold(case=own, by=ada)
    holding.hold(case=own, by=bea)
    assert not holding.take_over(case=own, by=ada)


@pytest.mark.django_db(transaction=True)
def test_two_who_open_a_case_at_the_same_moment_do_not_both_hold_it(case, clinic):
    readers = [factories.specialist(clinic) for _ in range(4)]
    together, held = threading.Barrier(len(readers)), []

    def open_it(reader):
        try:
            together.wait()
            held.append((holding.hold(case=case, by=reader), reader))
        finally:
            connection.close()

    threads = [threading.Thread(target=open_it, args=[reader]) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    assert [reader for has, reader in held if has] == [case.held_by]
    assert len(held) == len(readers)
