from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from diagnosis.choices import AnalysisStatus
from diagnosis.models import Analysis, StageReport
from telediag.celery import LEASE
from tests import factories
from workers import pipeline, tasks

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def request_of_a_worker(monkeypatch):
    monkeypatch.setattr(tasks, "current_task", SimpleNamespace(request=SimpleNamespace(hostname="celery@test")))


@pytest.fixture
def engine(monkeypatch):
    answer = mock.Mock(return_value=factories.machine_result())
    monkeypatch.setattr(pipeline, "analyse", answer)
    return answer


@pytest.fixture
def smear():
    return factories.smear(factories.case())


def analysis(smear):
    return smear.analyses.get()


def test_it_works(smear, engine):
    tasks.analyse(str(analysis(smear).pk))
    assert analysis(smear).status == AnalysisStatus.SUCCEEDED
    assert analysis(smear).claimed_by == "celery@test"
    assert StageReport.objects.get().case == smear.case


def test_engine_sees_the_bytes_as_stored(smear, engine):
    tasks.analyse(str(analysis(smear).pk))
    with smear.image.open("rb") as file:
        engine.assert_called_once_with(file.read())


def test_message_delivered_twice_is_one_result(smear, engine):
    for _ in range(2):
        tasks.analyse(str(analysis(smear).pk))
    assert engine.call_count == 1
    assert Analysis.objects.count() == StageReport.objects.count() == 1


def test_message_for_an_unknown_row_is_ignored(engine):
    tasks.analyse("00000000-0000-4000-8000-000000000000")
    assert engine.call_count == 0


def test_error_is_recorded_and_raised(smear, engine):
    engine.side_effect = RuntimeError("broke")
    with pytest.raises(RuntimeError):
        tasks.analyse(str(analysis(smear).pk))
    assert analysis(smear).status == AnalysisStatus.QUEUED


def test_third_error_fails_with_a_sentence(smear, engine):
    engine.side_effect = RuntimeError("broke")
    for _ in range(3):
        with pytest.raises(RuntimeError):
            tasks.analyse(str(analysis(smear).pk))
    assert analysis(smear).status == AnalysisStatus.FAILED
    assert analysis(smear).failure_code == "engine_error"
    assert "broke" not in analysis(smear).failure_sentence


def test_too_slow_an_analysis_is_given_back(smear, engine):
    engine.side_effect = SoftTimeLimitExceeded()
    tasks.analyse(str(analysis(smear).pk))
    assert analysis(smear).status == AnalysisStatus.QUEUED


def test_sweep_returns_what_a_killed_worker_held(smear, engine):
    held = analysis(smear)
    past = timezone.now() - timedelta(seconds=LEASE + 1)
    Analysis.objects.filter(pk=held.pk).update(
        status="running", claim_token=held.pk, lease_until=past, started_at=past, attempts=1
    )
    tasks.sweep()
    assert analysis(smear).status == AnalysisStatus.QUEUED
