from datetime import timedelta

import pytest
from django.utils import timezone

from diagnosis.models import Case
from diagnosis.web.keyset import page_of
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def cases():
    """Open seven cases; two and two share a moment, so that ids decide between them."""
    by = factories.submitter(factories.ClinicFactory.create())
    patient = factories.PatientFactory.create(clinic=by.memberships.get().clinic)
    return [factories.case(by=by, patient=patient, at=NOW - timedelta(minutes=number // 2)) for number in range(7)]


def page(by="-submitted_at", **wanted):
    return page_of(Case.objects.all(), Case.objects.all(), by=by, wanted=wanted, per_page=3)


def walk(by):
    """Go to the end and back, and return what was seen on both ways."""
    there, back = [page(by)], []
    while there[-1].after:
        there.append(page(by, after=there[-1].after))
    last = there[-1]
    while last.before:
        last = page(by, before=last.before)
        back.insert(0, last)
    return [shown.rows for shown in there], [shown.rows for shown in back]


@pytest.mark.parametrize("by", ["-submitted_at", "submitted_at"])
def test_pages_show_every_row_once_there_and_back(cases, by):
    there, back = walk(by)
    newest_first = sorted(cases, key=lambda case: (case.submitted_at, case.pk), reverse=True)
    assert [case for rows in there for case in rows] == (newest_first if by.startswith("-") else newest_first[::-1])
    assert [len(rows) for rows in there] == [3, 3, 1]
    assert back == there[:-1]


def test_first_and_last_page_lead_nowhere_further(cases):
    first = page()
    assert not first.before
    assert not page(after=page(after=first.after).after).after
    assert not page_of(Case.objects.none(), Case.objects.none(), by="due_at", wanted={}).rows


def test_row_that_comes_in_meanwhile_neither_repeats_nor_hides_one(cases):
    first = page()
    factories.case(by=cases[0].submitted_by, patient=cases[0].patient, at=NOW)
    second = page(after=first.after)
    assert not set(first.rows) & set(second.rows)
    assert len(page(before=second.before).rows) == 3


@pytest.mark.parametrize("nonsense", ["x", "2026-01-01_x", "2026-01-01T00:00:00_" + "0" * 32, "\x00_\x00"])
def test_nonsense_gives_the_first_page(cases, nonsense):
    assert page(after=nonsense).rows == page(before=nonsense).rows == page().rows
