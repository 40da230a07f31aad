import numpy as np
import pytest

from models.calibration import Calibration, fit, softmax


def drawn_logits(count: int = 4000, sharpness: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax, at temperature `sharpness`, is the true chance of each class."""
    random = np.random.default_rng(seed)
    honest = random.normal(0, 2, (count, 4))
    labels = np.array([random.choice(4, p=row) for row in softmax(honest)])
    return honest * sharpness, labels


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 2.5])
def test_the_temperature_undoes_overconfidence(sharpness):
    logits, labels = drawn_logits(sharpness=sharpness)
    assert fit(logits, labels, level=0.9).temperature == pytest.approx(sharpness, rel=0.1)


def test_probabilities_sum_to_one_even_for_extreme_logits():
    calibration = Calibration(temperature=0.5, level=0.9, thresholds=(0.5,) * 4)
    probabilities = calibration.probabilities(np.array([1e4, -1e4, 0, 3], dtype=np.float32))
    assert probabilities.sum() == pytest.approx(1)
    assert np.isfinite(probabilities).all()


def test_sets_hold_the_true_class_as_often_as_promised_in_every_class():
    logits, labels = drawn_logits(seed=1)
    calibration = fit(logits, labels, level=0.9)
    fresh, truth = drawn_logits(seed=2)
    probabilities = calibration.probabilities(fresh)
    for label, name in enumerate(("benign", "early", "pre", "pro")):
        held = [name in calibration.prediction_set(row) for row in probabilities[truth == label]]
        assert np.mean(held) == pytest.approx(0.9, abs=0.03)


def test_a_class_with_too_few_images_can_never_be_excluded():
    logits, labels = drawn_logits(60)
    few = np.flatnonzero(labels == 3)[:2]
    rows = np.concatenate([np.flatnonzero(labels != 3), few])
    calibration = fit(logits[rows], labels[rows], level=0.95)
    assert calibration.thresholds[3] == 1.0
    assert "pro" in calibration.prediction_set(np.array([1.0, 0.0, 0.0, 0.0]))


def test_the_set_is_empty_when_no_class_conforms():
    calibration = Calibration(temperature=1, level=0.9, thresholds=(0.1,) * 4)
    assert calibration.prediction_set(np.array([0.4, 0.3, 0.2, 0.1])) == ()
