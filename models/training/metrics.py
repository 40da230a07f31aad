"""The figures of the model card."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.classification.labels import BENIGN, LABELS

Labels = npt.NDArray[np.intp]
DRAWS = 2000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def balanced_accuracy(labels: Labels, predicted: Labels) -> float:
    """Return the mean over the present classes of each class's recall, 0..1."""
    return float(np.mean([np.mean(predicted[labels == label] == label) for label in np.unique(labels)]))


def cluster_bootstrap(
    figure: Callable[[Labels, Labels], float], labels: Labels, predicted: Labels, clusters: Sequence[str]
) -> Estimate:
    """Estimate a figure and its 95 % interval by drawing whole clusters, class by class.

    Parameters
    ----------
    figure
        Of true and predicted labels.
    labels, predicted : intp (N,)
    clusters
        Number block of each image: images of one block are not independent.

    Returns
    -------
    Estimate
    """
    names, numbers = np.unique(np.asarray(clusters), return_inverse=True)
    members = [np.flatnonzero(numbers == number) for number in range(len(names))]
    label_of = np.array([labels[rows[0]] for rows in members])
    random = np.random.default_rng(0)
    draws = []
    for _ in range(DRAWS):
        drawn = np.concatenate(
            [random.choice(np.flatnonzero(label_of == label), np.sum(label_of == label)) for label in np.unique(labels)]
        )
        rows = np.concatenate([members[number] for number in drawn])
        draws.append(figure(labels[rows], predicted[rows]))
    low, high = np.percentile(draws, [2.5, 97.5])
    return Estimate(figure(labels, predicted), float(low), float(high))


def wilson(successes: int, trials: int) -> Estimate:
    """Return a proportion with its Wilson 95 % interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    z = 1.959964
    share = successes / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return Estimate(share, max(0.0, float(centre - half)), min(1.0, float(centre + half)))


def blast_sensitivity(labels: Labels, predicted: Labels) -> Estimate:
    """Return the share of blast images called any blast class."""
    benign = LABELS.index(BENIGN)
    blasts = labels != benign
    return wilson(int(np.sum(predicted[blasts] != benign)), int(blasts.sum()))


def blast_specificity(labels: Labels, predicted: Labels) -> Estimate:
    """Return the share of benign images called benign."""
    benign = LABELS.index(BENIGN)
    return wilson(int(np.sum(predicted[labels == benign] == benign)), int(np.sum(labels == benign)))


def expected_calibration_error(probabilities: npt.NDArray[np.float64], labels: Labels, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over bins of equal mass, 0..1."""
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == labels
    gaps = [
        abs(confidence[rows].mean() - correct[rows].mean()) * len(rows)
        for rows in np.array_split(np.argsort(confidence, kind="stable"), bins)
        if len(rows)
    ]
    return float(np.sum(gaps) / len(labels))


def auroc(inside: npt.NDArray[np.float64], outside: npt.NDArray[np.float64]) -> float:
    """Return the chance that an outside score exceeds an inside one, ties counting half."""
    greater = (outside[:, None] > inside[None, :]).mean()
    equal = (outside[:, None] == inside[None, :]).mean()
    return float(greater + equal / 2)
