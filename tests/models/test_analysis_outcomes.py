"""Which outcome an image gets, and that only a classified one shows a class."""

import json

import cv2
import numpy as np
import pytest

from models.analysis import Outcome, log_odds, outcome_of
from models.classification.labels import LABELS
from models.result import ImageAnalysis
from tests.models.saying_engine import engine_saying, field


def assert_shows_no_class(analysis: ImageAnalysis) -> None:
    assert analysis.predicted_class is None
    assert analysis.blast_suspect is None
    shown = analysis.to_json()
    for open_place in ("probabilities", "raw_probabilities", "prediction_set"):
        del shown[open_place]
    assert not any(f'"{label}"' in json.dumps(shown) for label in LABELS)


def test_a_confident_benign_answer_is_classified():
    analysis = engine_saying(9, 0, 0, 0).analyse(field())
    assert analysis.outcome is Outcome.CLASSIFIED
    assert analysis.predicted_class == "benign"
    assert analysis.blast_suspect is False
    assert analysis.prediction_set == ("benign",)
    assert analysis.log_odds < 0


def test_two_blast_classes_together_are_classified_as_the_likelier_and_say_what_cannot_be_excluded():
    analysis = engine_saying(0, 6.0, 6.2, 0).analyse(field())
    assert analysis.outcome is Outcome.CLASSIFIED
    assert analysis.predicted_class == "pre"
    assert analysis.blast_suspect is True
    assert analysis.prediction_set == ("early", "pre")
    assert analysis.log_odds > 0


def test_a_set_across_the_line_abstains_and_shows_no_class():
    analysis = engine_saying(6.2, 6.0, 0, 0).analyse(field())
    assert analysis.outcome is Outcome.ABSTAINED
    assert analysis.prediction_set == ("benign", "early")
    assert analysis.log_odds is not None
    assert_shows_no_class(analysis)


def test_an_image_unlike_the_training_images_is_novel_and_shows_no_class():
    analysis = engine_saying(0, 9, 0, 0, foreign=True).analyse(field())
    assert analysis.outcome is Outcome.NOVEL
    assert analysis.novelty.score > analysis.novelty.threshold
    assert analysis.prediction_set == ()
    assert analysis.log_odds is None
    assert analysis.activation_map is None
    assert_shows_no_class(analysis)


def test_an_unsuitable_image_keeps_its_raw_probabilities_and_shows_no_class():
    blank = np.full((600, 800, 3), 200, dtype=np.uint8)
    analysis = engine_saying(0, 9, 0, 0).analyse(cv2.imencode(".png", blank)[1].tobytes())
    assert analysis.outcome is Outcome.UNSUITABLE
    assert analysis.quality.reasons
    assert analysis.raw_probabilities["early"] > 0.99
    assert analysis.prediction_set == ()
    assert_shows_no_class(analysis)


def test_bytes_that_are_no_image_are_refused_with_a_sentence(engine):
    analysis = engine.analyse(b"plain text")
    assert analysis.outcome is Outcome.REFUSED
    assert analysis.refusal.code == "not_an_image"
    assert analysis.refusal.sentence.endswith(".")
    assert analysis.raw_probabilities == {}
    assert analysis.timings_ms.keys() == {"decode", "total"}
    assert_shows_no_class(analysis)


def test_raw_probabilities_are_those_at_temperature_1():
    analysis = engine_saying(0, 2.0, 0, 0).analyse(field())
    assert analysis.raw_probabilities["early"] == pytest.approx(np.exp(2) / (3 + np.exp(2)))
    assert analysis.probabilities["early"] == pytest.approx(np.e / (3 + np.e))


@pytest.mark.parametrize(
    ("passed", "novel", "likeliest", "prediction_set", "outcome"),
    [
        (False, True, "pre", ("pre",), Outcome.UNSUITABLE),
        (True, True, "pre", ("pre",), Outcome.NOVEL),
        (True, False, "pre", (), Outcome.ABSTAINED),
        (True, False, "pre", ("benign", "pre"), Outcome.ABSTAINED),
        (True, False, "benign", ("pre",), Outcome.ABSTAINED),
        (True, False, "pre", ("early", "pre", "pro"), Outcome.CLASSIFIED),
        (True, False, "benign", ("benign",), Outcome.CLASSIFIED),
    ],
)
def test_the_first_rule_that_applies_decides(passed, novel, likeliest, prediction_set, outcome):
    assert outcome_of(quality_passed=passed, novel=novel, likeliest=likeliest, prediction_set=prediction_set) is outcome


@pytest.mark.parametrize(("benign", "expected"), [(0.5, 0.0), (1.0, -12.0), (0.0, 12.0), (0.1, 2.197225), (1e-9, 12.0)])
def test_log_odds_are_those_of_any_blast_class_and_bounded(benign, expected):
    rest = 1 - benign
    assert log_odds(np.array([benign, rest / 2, rest / 2, 0])) == pytest.approx(expected)
