import uuid

import pytest
from django.utils import timezone

from diagnosis.choices import Outcome, Statement
from diagnosis.services import shadows
from diagnosis.services.results import ImageEvidence, MachineResult
from models import registry
from models.synthetic import draw_jpeg
from tests import factories
from tests.artefacts import another
from workers import pipeline


def evidence(log_odds, outcome="classified", leukocytes=30):
    sure = {"benign": 0.01, "early": 0.97, "pre": 0.01, "pro": 0.01}
    return ImageEvidence(uuid.uuid4(), outcome, log_odds, sure if log_odds is not None else None, leukocytes)


def state(images):
    return pipeline.state_case(images, minimum_images=3, minimum_leukocytes=20)


@pytest.fixture(scope="module")
def drawn():
    return draw_jpeg(seed=5)


@pytest.fixture(scope="module")
def result(drawn):
    return pipeline.analyse(drawn)


def test_it_works(result):
    assert isinstance(result, MachineResult)
    assert result.outcome in Outcome.values
    assert set(result.raw_probabilities) == {"benign", "early", "pre", "pro"}
    assert result.pins["model_sha256"]
    assert result.timings_ms["total"] > 0


def test_same_image_gives_the_same_answer(drawn, result):
    again = pipeline.analyse(drawn)
    assert again.raw_probabilities == pytest.approx(result.raw_probabilities, abs=1e-5)
    assert (again.outcome, again.predicted_class, again.cells) == (
        result.outcome,
        result.predicted_class,
        result.cells,
    )


@pytest.mark.django_db
def test_what_the_engine_says_fits_the_database(drawn):
    case = factories.case()
    smear = factories.smear(case)
    analysis = factories.analyse(smear, pipeline.analyse(drawn))
    assert analysis.cells.count() == analysis.leukocytes


@pytest.mark.django_db
def test_rubbish_that_reaches_the_engine_is_a_recorded_refusal():
    case = factories.case()
    analysis = factories.analyse(factories.smear(case), pipeline.analyse(b"no image at all"))
    assert analysis.outcome == Outcome.REFUSED
    assert analysis.refusal["sentence"]


def test_rule_speaks_the_words_that_are_stored():
    assert state([evidence(5.0)] * 3).statement == Statement.FLAGGED
    assert state([evidence(-5.0)] * 3).statement == Statement.NOT_FLAGGED
    assert state([evidence(5.0)]).statement == Statement.INSUFFICIENT
    assert state([evidence(5.0), evidence(-5.0)] * 2).statement == Statement.INDETERMINATE
    assert state([evidence(None, outcome="", leukocytes=0)]).statement == Statement.UNAVAILABLE


def test_each_image_is_told_whether_it_was_used():
    images = [evidence(5.0), evidence(None, outcome="novel"), evidence(None, outcome="", leukocytes=0)]
    told = state(images).contributions
    assert [image.analysis_id for image in told] == [image.analysis_id for image in images]
    assert [image.is_used for image in told] == [True, False, False]
    assert all(image.reason for image in told)


@pytest.fixture
def shadow(settings, tmp_path):
    folder = another(tmp_path)
    settings.SHADOW_ARTEFACT = str(folder)
    pipeline.shadow_engine.cache_clear()
    yield folder
    pipeline.shadow_engine.cache_clear()


@pytest.mark.django_db
def test_shadow_is_another_artefact_whose_answer_fits_the_database(shadow, drawn, result):
    said = pipeline.shadow(drawn)
    assert said.pins["artefact"] == shadow.name != result.pins["artefact"]
    assert said.raw_probabilities == result.raw_probabilities
    assert said.probabilities != result.probabilities
    analysis = factories.analyse(factories.smear(factories.case()), result)
    shadows.record(analysis.pk, said, rule=pipeline.state_case_in_shadow, at=timezone.now())
    assert analysis.shadow_results.get().probabilities == said.probabilities


@pytest.mark.django_db
def test_what_the_shadow_refuses_is_kept_too(shadow):
    analysis = factories.analyse(factories.smear(factories.case()), pipeline.analyse(b"no image at all"))
    said = pipeline.shadow(b"no image at all")
    shadows.record(analysis.pk, said, rule=pipeline.state_case_in_shadow, at=timezone.now())
    assert analysis.shadow_results.get().outcome == Outcome.REFUSED


def test_settings_name_the_artefact_that_analyses(settings, tmp_path):
    settings.ARTEFACT = str(another(tmp_path))
    pipeline.engine.cache_clear()
    try:
        assert pipeline.analyse(b"no image at all").pins["artefact"] == "mobilenet-v2-9.0.0"
    finally:
        pipeline.engine.cache_clear()


def test_a_case_is_stated_by_the_thresholds_of_the_active_artefact():
    threshold = registry.case_rule().flag_threshold
    above, below = (state([evidence(threshold + change)] * 4) for change in (0.2, -0.2))
    assert (above.is_flagged, below.is_flagged) == (True, False)
    assert above.rule_version == registry.case_rule().version
    assert registry.DEFAULT in above.rule_version
