"""From raw logits to probabilities that mean what they say, and to a set that cannot be excluded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.classification.labels import LABELS


def softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return softmax over the last axis, in float64."""
    shifted = np.asarray(logits, dtype=np.float64)
    exponentials = np.exp(shifted - shifted.max(axis=-1, keepdims=True))
    normalised: npt.NDArray[np.float64] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return normalised


@dataclass(frozen=True, slots=True)
class Calibration:
    """A temperature and a class-conditional conformal threshold per class.

    Attributes
    ----------
    temperature
        Logits are divided by it (Guo et al. 2017, arXiv:1706.04599).
    level
        Share of each class's images whose set is meant to hold that class, 0..1.
    thresholds
        Per class, the largest nonconformity (one minus its probability) that stays in the set
        (Vovk 2012, arXiv:1209.2673).
    """

    temperature: float
    level: float
    thresholds: tuple[float, ...]

    def probabilities(self, logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Return calibrated probabilities (..., 4) of logits (..., 4)."""
        return softmax(np.asarray(logits, dtype=np.float64) / self.temperature)

    def prediction_set(self, probabilities: npt.NDArray[np.float64]) -> tuple[str, ...]:
        """Name the classes that cannot be excluded; empty when none conforms.

        Parameters
        ----------
        probabilities : float64 (4,)
            Calibrated.
        """
        return tuple(
            label
            for label, probability, threshold in zip(LABELS, probabilities, self.thresholds, strict=True)
            if 1 - probability <= threshold
        )


def fit(logits: npt.NDArray[np.floating], labels: npt.NDArray[np.intp], *, level: float) -> Calibration:
    """Set temperature and thresholds on images that the network was not trained on.

    Parameters
    ----------
    logits : (N, 4)
    labels : intp (N,)
        Every class must have at least `level / (1 - level)` images, else its threshold is 1.
    level
        Wanted coverage per class, 0..1.

    Returns
    -------
    Calibration
    """
    temperature = _temperature(logits, labels)
    probabilities = softmax(np.asarray(logits, dtype=np.float64) / temperature)
    thresholds = []
    for label in range(len(LABELS)):
        nonconformity = np.sort(1 - probabilities[labels == label, label])
        rank = int(np.ceil((len(nonconformity) + 1) * level))
        thresholds.append(float(nonconformity[rank - 1]) if rank <= len(nonconformity) else 1.0)
    return Calibration(temperature, level, tuple(thresholds))


def _temperature(logits: npt.NDArray[np.floating], labels: npt.NDArray[np.intp]) -> float:
    """Minimise the negative log-likelihood, each class weighing the same, over a fine grid."""
    weights = 1 / np.bincount(labels, minlength=len(LABELS))[labels]
    rows = np.arange(len(labels))

    def loss(temperature: float) -> float:
        likelihood = softmax(np.asarray(logits, dtype=np.float64) / temperature)[rows, labels]
        return float(-(weights * np.log(np.maximum(likelihood, 1e-12))).sum())

    return float(min(np.geomspace(0.2, 5, 1000), key=loss))
