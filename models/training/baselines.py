"""Classifiers that look at no cell, and one that was not trained on smears: what a figure has to be held against."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from models.classification.labels import LABELS
from models.classification.preprocessing import MASK_LEFT, MASK_TOP, SIZE, cover_corner, scale
from models.training import colour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.intp]
Features = npt.NDArray[np.float32]
NEIGHBOURS = 5
BATCH = 32
STEPS = 400
PENALTY = 1e-3
"""Weight of the squared coefficients against the mean loss."""


def colour_features(images: Images) -> Features:
    """Return six colour statistics of each image, float32 (N, 6)."""
    return np.stack([colour.statistics(image).ravel() for image in images])


def corner_features(images: Images) -> Features:
    """Return the scale bar's corner, as it is before it is covered, float32 (N, F)."""
    return images[:, MASK_TOP:, MASK_LEFT:].reshape(len(images), -1).astype(np.float32)


class FrozenFeatures:
    """ImageNet's MobileNetV2 as it comes, without its classes.

    Parameters
    ----------
    base
        Weights file of `keras.applications.MobileNetV2(include_top=False)`; None for random weights.
    """

    def __init__(self, base: Path | None) -> None:
        import keras

        self._backbone = keras.applications.MobileNetV2(
            input_shape=(SIZE, SIZE, 3), include_top=False, weights=None, pooling="avg"
        )
        if base is not None:
            self._backbone.load_weights(base)

    def of(self, images: Iterable[npt.NDArray[np.uint8]], tick: Callable[[int], object]) -> Features:
        """Return the pooled features of N images uint8 (224, 224, 3), corner covered, float32 (N, 1280).

        `tick` is called with the number of images after each batch.
        """
        found = []
        prepared = (scale(cover_corner(image)) for image in images)
        while batch := list(islice(prepared, BATCH)):
            found.append(np.asarray(self._backbone(np.stack(batch)), np.float32))
            tick(len(batch))
        return np.concatenate(found)


def nearest(known: Features, known_labels: Labels, asked: Features) -> Labels:
    """Vote among the nearest neighbours in standardised features."""
    deviation = known.std(axis=0) + 1e-6
    known, asked = known / deviation, asked / deviation
    squared = (asked**2).sum(axis=1)[:, None] - 2 * asked @ known.T + (known**2).sum(axis=1)
    near = known_labels[np.argsort(squared, axis=1, kind="stable")[:, :NEIGHBOURS]]
    votes = np.stack([(near == label).sum(axis=1) for label in range(len(LABELS))], axis=1)
    return np.asarray(votes.argmax(axis=1), np.intp)


class LinearHead:
    """Multinomial logistic regression on standardised features, each class weighing the same.

    Parameters
    ----------
    known : float32 (N, F)
    known_labels : intp (N,)
    """

    def __init__(self, known: Features, known_labels: Labels) -> None:
        self._mean, self._deviation = known.mean(axis=0), known.std(axis=0) + 1e-6
        given = self._standard(known)
        wanted = np.eye(len(LABELS))[known_labels]
        weights = 1 / np.bincount(known_labels, minlength=len(LABELS))[known_labels] / len(LABELS)
        # The loss bends nowhere more than half the weighted features' largest squared singular value.
        curvature = 0.5 * np.linalg.norm(given * np.sqrt(weights)[:, None], 2) ** 2 + PENALTY
        self._coefficients = ahead = np.zeros((given.shape[1], len(LABELS)))
        momentum = 1.0
        for _ in range(STEPS):  # Nesterov 1983
            errors = (_softmax(given @ ahead) - wanted) * weights[:, None]
            stepped = ahead - (given.T @ errors + PENALTY * ahead) / curvature
            following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
            ahead = stepped + (momentum - 1) / following * (stepped - self._coefficients)
            self._coefficients, momentum = stepped, following

    def predict(self, asked: Features) -> Labels:
        """Return the likeliest class of each row."""
        return np.asarray((self._standard(asked) @ self._coefficients).argmax(axis=1), np.intp)

    def _standard(self, features: Features) -> npt.NDArray[np.float64]:
        standard = (features - self._mean) / self._deviation
        return np.column_stack([standard, np.ones(len(standard))]).astype(np.float64)


def _softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(exponentials / exponentials.sum(axis=1, keepdims=True), np.float64)
