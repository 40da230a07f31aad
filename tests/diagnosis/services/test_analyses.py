from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.utils import timezone

from diagnosis import errors, queue
from diagnosis.choices import AnalysisStatus, Priority
from diagnosis.models import Analysis, Cell, StageReport
from diagnosis.services import analyses, intake
from telediag.celery import LEASE
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def smear():
    return factories.smear(factories.case())


@pytest.fixture
def rung():
    with mock.patch.object(queue, "_send") as send:
        yield send


def claim(smear, at=None):
    return analyses.claim(intake.newest_analysis(smear).pk, by="worker-1", at=at or timezone.now())


def record(held, result=None, at=None):
    return analyses.record(held, result or factories.machine_result(), rule=factories.rule, at=at or timezone.now())


def sweep(at):
    return analyses.sweep(rule=factories.rule, at=at)


def test_it_works(smear):
    assert record(claim(smear))
    analysis = smear.analyses.get()
    assert analysis.status == AnalysisStatus.SUCCEEDED
    assert analysis.leukocytes == Cell.objects.filter(analysis=analysis).count() == 10
    assert StageReport.objects.get().case == smear.case


def test_only_one_of_two_workers_gets_the_claim(smear):
    assert claim(smear) is not None
    assert claim(smear) is None


def test_one_of_two_records_is_stored(smear):
    held = claim(smear)
    assert record(held)
    assert not record(held)
    assert StageReport.objects.count() == 1


def test_record_after_the_lease_went_to_another_worker_is_refused(smear):
    late = claim(smear)
    after = timezone.now() + timedelta(seconds=LEASE + 1)
    assert sweep(after) == 1
    current = claim(smear, at=after)
    assert not record(late)
    assert record(current)


def test_claim_of_nothing_returns_quietly(smear):
    record(claim(smear))
    assert claim(smear) is None


def test_sweep_leaves_a_living_lease_alone(smear):
    claim(smear)
    assert sweep(timezone.now() + timedelta(seconds=LEASE - 5)) == 0


def test_lost_worker_is_tried_again_then_fails_with_its_reason(smear, rung, django_capture_on_commit_callbacks):
    at = timezone.now()
    for attempt in range(1, analyses.MAX_ATTEMPTS + 1):
        assert claim(smear, at).attempt == attempt
        at += timedelta(seconds=LEASE + 1)
        with django_capture_on_commit_callbacks(execute=True):
            assert sweep(at) == 1
    analysis = smear.analyses.get()
    assert analysis.status == AnalysisStatus.FAILED
    assert analysis.failure_code == "worker_lost"
    assert analysis.failure_sentence
    assert rung.call_count == analyses.MAX_ATTEMPTS - 1
    # The case is not lost with it: it is stated without this image and enters the worklist.
    assert StageReport.objects.get().unusable_images == 1


def test_error_gives_the_row_back_at_once(smear, rung, django_capture_on_commit_callbacks):
    held = claim(smear)
    with django_capture_on_commit_callbacks(execute=True):
        analyses.give_back(held, code="engine_error", sentence="Broke.", rule=factories.rule, at=timezone.now())
    assert smear.analyses.get().status == AnalysisStatus.QUEUED
    rung.assert_called_once_with(held.analysis_id, Priority.ROUTINE)


def test_silent_row_is_rung_again(smear, rung, django_capture_on_commit_callbacks):
    later = timezone.now() + analyses.RING_AGAIN_AFTER + timedelta(seconds=1)
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep(later) == 1
        assert sweep(later) == 0
    rung.assert_called_once()


def test_ring_waits_for_the_commit(rung, django_capture_on_commit_callbacks):
    case = factories.case()
    with django_capture_on_commit_callbacks(execute=True):
        factories.smear(case)
        assert rung.call_count == 0
    assert rung.call_count == 1


def test_broker_that_is_away_loses_nothing(monkeypatch, django_capture_on_commit_callbacks):
    case = factories.case()
    monkeypatch.setattr(queue.app, "send_task", mock.Mock(side_effect=queue.OperationalError("away")))
    with django_capture_on_commit_callbacks(execute=True):
        smear = factories.smear(case)
    assert smear.analyses.get().status == AnalysisStatus.QUEUED


def test_run_again_makes_a_new_analysis_and_keeps_the_old(smear):
    record(claim(smear))
    reader = factories.specialist(smear.case.clinic)
    again = analyses.run_again(smear=smear, by=reader, at=timezone.now())
    assert smear.analyses.count() == 2
    record(claim(smear), factories.machine_result("early"))
    again.refresh_from_db()
    assert again.predicted_class == "early"
    assert [report.version for report in StageReport.objects.order_by("version")] == [1, 2]


def test_run_again_waits_for_the_running_one(smear):
    with pytest.raises(errors.AnalysisActive):
        analyses.run_again(smear=smear, by=factories.specialist(smear.case.clinic), at=timezone.now())


def test_submitter_and_outsider_do_not_run_again(smear):
    record(claim(smear))
    for user in (smear.case.submitted_by, factories.outsider()):
        with pytest.raises(errors.NotAllowed):
            analyses.run_again(smear=smear, by=user, at=timezone.now())


def test_withdrawn_case_is_not_claimed(smear):
    intake.withdraw(case=smear.case, by=smear.case.submitted_by)
    assert claim(smear) is None


def test_result_that_arrives_after_withdrawal_is_kept_but_states_nothing(smear):
    held = claim(smear)
    intake.withdraw(case=smear.case, by=smear.case.submitted_by)
    assert record(held)
    assert not StageReport.objects.exists()


def test_worker_lost_on_a_withdrawn_case_ends_as_cancelled(smear):
    claim(smear)
    intake.withdraw(case=smear.case, by=smear.case.submitted_by)
    sweep(timezone.now() + timedelta(seconds=LEASE + 1))
    assert smear.analyses.get().status == AnalysisStatus.CANCELLED


@pytest.mark.parametrize(
    "change",
    [
        {"status": "succeeded"},
        {"status": "running"},
        {"status": "failed", "finished_at": timezone.now()},
        {"predicted_class": "pro"},
        {"outcome": "classified"},
        {"status": "lost"},
    ],
    ids="-".join,
)
def test_database_refuses_impossible_rows(smear, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Analysis.objects.filter(smear=smear).update(**change)


def test_database_refuses_two_active_analyses_of_one_smear(smear):
    now = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        Analysis.objects.create(smear=smear, requested_by=smear.uploaded_by, queued_at=now, rung_at=now)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_database_refuses_to_change_a_recorded_result(smear, act):
    record(claim(smear))
    for rows in (Analysis.objects.all(), Cell.objects.all(), StageReport.objects.all()):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            rows._raw_delete(rows.db) if act == "delete" else rows.update(**{_some_field(rows.model): 7})


def _some_field(model):
    return {Analysis: "leukocytes", Cell: "area", StageReport: "leukocytes"}[model]
