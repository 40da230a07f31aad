from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from diagnosis.choices import AnalysisStatus
from diagnosis.models import Analysis, ShadowResult, StageReport
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


def test_step_of_the_sweep_that_fails_keeps_no_other_from_its_work(smear, monkeypatch, caplog):
    monkeypatch.setattr(tasks.analyses, "sweep", mock.Mock(side_effect=OSError("storage is away")))
    escalated, deleted = mock.Mock(), mock.Mock()
    monkeypatch.setattr(tasks.notices, "escalate_due", escalated)
    monkeypatch.setattr(tasks.retention, "delete_due", deleted)
    for step in (escalated, deleted):
        step.__qualname__ = "step"
    tasks.sweep()
    assert escalated.call_count == deleted.call_count == 1
    assert "sweep_step_failed" in caplog.text


@pytest.fixture
def shadow(monkeypatch, settings):
    settings.SHADOW_ARTEFACT = "drawn-in-shadow-9.9.9"
    answer = mock.Mock(return_value=factories.machine_result("early", pins=factories.shadow_pins()))
    monkeypatch.setattr(pipeline, "shadow", answer)
    # The artefact is drawn: neither its network nor the rule that ships beside it can be loaded.
    monkeypatch.setattr(pipeline, "state_case_in_shadow", factories.rule)
    return answer


@pytest.fixture
def analysed(smear):
    return factories.analyse(smear)


def test_shadow_sees_the_same_bytes_and_is_kept_beside_the_analysis(analysed, shadow):
    tasks.shadow(str(analysed.pk))
    with analysed.smear.image.open("rb") as file:
        shadow.assert_called_once_with(file.read())
    kept = analysed.shadow_results.get()
    assert (kept.artefact, kept.artefact_version, kept.model_sha256) == ("drawn-in-shadow-9.9.9", "9.9.9", "f" * 64)
    assert (kept.outcome, kept.predicted_class, kept.probabilities["early"]) == ("classified", "early", 0.97)
    assert kept.milliseconds == 25.0


def test_shadow_changes_nothing_that_readers_see(analysed, shadow):
    before = (Analysis.objects.values().get(), StageReport.objects.values().get())
    tasks.shadow(str(analysed.pk))
    assert (Analysis.objects.values().get(), StageReport.objects.values().get()) == before


def test_message_to_the_shadow_delivered_twice_is_one_result(analysed, shadow):
    for _ in range(2):
        tasks.shadow(str(analysed.pk))
    assert ShadowResult.objects.count() == 1


@pytest.mark.parametrize("error", [RuntimeError("broke"), SoftTimeLimitExceeded()])
def test_shadow_that_fails_is_heard_of_in_the_log_alone_and_without_the_patient(analysed, shadow, caplog, error):
    shadow.side_effect = error
    tasks.shadow(str(analysed.pk))
    assert not ShadowResult.objects.exists()
    assert analysis(analysed.smear).status == AnalysisStatus.SUCCEEDED
    assert "shadow_failed" in caplog.text
    assert str(analysed.pk) in caplog.text
    case = analysed.smear.case
    assert not any(fact in caplog.text for fact in (case.accession, case.patient.number, case.submitted_by.username))


def test_shadow_that_was_turned_off_ignores_the_messages_that_are_left(analysed, shadow, settings):
    settings.SHADOW_ARTEFACT = ""
    tasks.shadow(str(analysed.pk))
    assert shadow.call_count == 0


def test_shadow_looks_at_nothing_that_has_no_result(smear, shadow):
    tasks.shadow(str(analysis(smear).pk))
    tasks.shadow("00000000-0000-4000-8000-000000000000")
    assert shadow.call_count == 0
