from datetime import timedelta

import pytest
from django.utils import timezone

from diagnosis import selectors
from diagnosis.choices import CaseState, CaseStatus
from diagnosis.services import analyses, intake
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def reader(clinic):
    return factories.specialist(clinic)


def state(case, user, at=None):
    return selectors.cases(user, at=at).get(pk=case.pk).state


def test_state_follows_the_case_from_images_to_signature(clinic, reader):
    case = factories.case(clinic=clinic)
    assert state(case, reader) == CaseState.AWAITING_IMAGES
    smear = factories.smear(case)
    assert state(case, reader) == CaseState.ANALYSING
    factories.analyse(smear)
    assert state(case, reader) == CaseState.AWAITING_REVIEW
    case.status = CaseStatus.SIGNED
    case.save(update_fields=["status"])
    assert state(case, reader) == CaseState.SIGNED


def test_machine_that_does_not_answer_never_delays_a_human(clinic, reader):
    case = factories.case(clinic=clinic)
    factories.smear(case)
    later = timezone.now() + selectors.ANSWER_OVERDUE_AFTER + timedelta(seconds=1)
    assert list(selectors.worklist(reader)) == []
    assert [row.state for row in selectors.worklist(reader, at=later)] == [CaseState.ANALYSIS_UNAVAILABLE]


def test_late_further_image_leaves_an_answered_case_reviewable(clinic, reader):
    case = factories.analysed_case(clinic=clinic)
    factories.smear(case)
    assert state(case, reader) == CaseState.ANALYSING
    later = timezone.now() + selectors.ANSWER_OVERDUE_AFTER + timedelta(seconds=1)
    assert state(case, reader, at=later) == CaseState.AWAITING_REVIEW


def test_worklist_shows_what_is_due_first_first(clinic, reader):
    routine = factories.analysed_case(clinic=clinic)
    urgent = factories.analysed_case(clinic=clinic, priority="urgent")
    flagged = factories.analysed_case(clinic=clinic, results=[factories.machine_result("pre")] * 3)
    assert list(selectors.worklist(reader)) == [flagged, urgent, routine]


def test_overdue_is_told_of_open_cases_only(clinic, reader):
    case = factories.analysed_case(clinic=clinic)
    later = case.due_at + timedelta(minutes=1)
    assert selectors.cases(reader, at=later).get().is_overdue
    intake.withdraw(case=case, by=case.submitted_by)
    assert not selectors.cases(reader, at=later).get().is_overdue


def test_outsider_sees_nothing(clinic):
    factories.analysed_case(clinic=clinic)
    outsider = factories.outsider()
    assert not selectors.cases(outsider).exists()
    assert not selectors.worklist(outsider).exists()


def test_worklist_takes_two_queries(clinic, reader, django_assert_num_queries):
    for _ in range(3):
        factories.analysed_case(clinic=clinic)
    with django_assert_num_queries(2):
        for row in selectors.worklist(reader):
            assert row.clinic.name
            assert row.patient.number
            assert row.current_stage_report.sentence


def test_progress_counts_answers(clinic):
    case = factories.case(clinic=clinic)
    first = factories.smear(case)
    factories.smear(case)
    factories.analyse(first)
    assert selectors.progress(case) == {"smears": 2, "answered": 1}


def test_newest_run_of_each_smear_counts(clinic, reader):
    case = factories.analysed_case(clinic=clinic)
    smear = case.smears.first()
    again = analyses.run_again(smear=smear, by=reader, at=timezone.now())
    newest = selectors.newest_analyses(case)
    assert newest[0] == again
    assert len(newest) == 3
