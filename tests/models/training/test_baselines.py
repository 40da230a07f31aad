import numpy as np
import pytest

from models.training import baselines


def apart(count: int, width: int, distance: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 4
    centres = np.random.default_rng(9).normal(0, distance, (4, width))
    return (centres[labels] + random.normal(0, 1, (count, width))).astype(np.float32), labels


@pytest.mark.parametrize(
    "classifier", [baselines.nearest, lambda known, labels, asked: baselines.LinearHead(known, labels).predict(asked)]
)
def test_classes_that_lie_apart_are_told_apart(classifier):
    known, labels = apart(80, 30, 3.0, seed=1)
    asked, truth = apart(40, 30, 3.0, seed=2)
    assert (classifier(known, labels, asked) == truth).mean() > 0.95


def test_the_linear_head_weighs_a_rare_class_as_much_as_others():
    random = np.random.default_rng(0)
    labels = np.array([0] * 8 + [1] * 400 + [2] * 8 + [3] * 8)
    known = random.normal(0, 1, (len(labels), 1)).astype(np.float32) + np.array([0, 1.0, 9, -9])[labels][:, None]
    called = baselines.LinearHead(known.astype(np.float32), labels).predict(np.array([[0.0], [1.0]], np.float32))
    assert called.tolist() == [0, 1]


def test_the_linear_head_stands_still_at_a_minimum():
    known, labels = apart(60, 5, 0.7, seed=3)
    head = baselines.LinearHead(known, labels)
    given = head._standard(known)
    wanted = np.eye(4)[labels]
    logits = given @ head._coefficients
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    gradient = given.T @ (shares - wanted) / len(labels) + baselines.PENALTY * head._coefficients
    assert np.abs(gradient).max() < 1e-3


def test_features_of_colour_and_corner_see_nothing_else():
    image = np.random.default_rng(0).integers(0, 256, (1, 224, 224, 3), dtype=np.uint8)
    other = image.copy()
    other[:, 188:, 186:] = 0
    assert np.array_equal(baselines.colour_features(image), baselines.colour_features(other))
    assert not baselines.corner_features(other).any()
    other = image.copy()
    other[:, :188] = 0
    assert np.array_equal(baselines.corner_features(image), baselines.corner_features(other))


def test_frozen_features_are_counted_and_do_not_see_the_corner():
    image = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    marked = image.copy()
    marked[188:, 186:] = 0
    counted: list[int] = []
    features = baselines.FrozenFeatures(None).of(iter([image, marked, image]), counted.append)
    assert features.shape == (3, 1280)
    assert np.array_equal(features[0], features[1])
    assert sum(counted) == 3
