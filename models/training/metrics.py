"""Figures, and intervals that do not take images of one number block for independent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]
DRAWS = 2000
COSTLY_DRAWS = 400
"""Draws of a figure that has to be computed image by image."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def shown(self, digits: int = 3) -> str:
        """Return value and interval with so many decimals."""
        return f"{self.value:.{digits}f} ({self.low:.{digits}f} to {self.high:.{digits}f})"


class Blocks:
    """Draws whole number blocks with replacement, class by class, the same draws for every figure.

    Parameters
    ----------
    labels : intp (N,)
    blocks
        Number block of each image; a block holds images of one class.
    """

    def __init__(self, labels: Labels, blocks: Sequence[str]) -> None:
        names, self._block_of = np.unique(np.asarray(blocks), return_inverse=True)
        self._labels = labels
        label_of = np.zeros(len(names), dtype=np.intp)
        label_of[self._block_of] = labels
        random = np.random.default_rng(0)
        self._times = np.zeros((DRAWS, len(names)))
        for label in np.unique(labels):
            mine = np.flatnonzero(label_of == label)
            drawn = mine[random.integers(len(mine), size=(DRAWS, len(mine)))]
            np.add.at(self._times, (np.arange(DRAWS)[:, None], drawn), 1)

    def balanced_accuracy(self, predicted: Labels) -> Estimate:
        """Return the mean over the present classes of each class's recall, 0..1."""
        recalls = [self._shares(predicted == self._labels, self._labels == label) for label in np.unique(self._labels)]
        return _estimate(balanced_accuracy(self._labels, predicted), np.mean(recalls, axis=0))

    def share(self, hits: Mask, among: Mask | None = None) -> Estimate:
        """Return a proportion; its interval is the wider of Wilson's and the bootstrap's, on either side.

        The bootstrap sees that images of a block go together, and fails where every image is a hit; Wilson's
        interval is the other way round.
        """
        among = np.ones(len(hits), dtype=np.bool_) if among is None else among
        if not among.any():
            return Estimate(float("nan"), 0.0, 1.0)
        by_image = wilson(int((hits & among).sum()), int(among.sum()))
        by_block = _estimate(by_image.value, self._shares(hits, among))
        return Estimate(by_image.value, min(by_image.low, by_block.low), max(by_image.high, by_block.high))

    def estimate(self, figure: Callable[[Rows], float]) -> Estimate:
        """Return any figure of a choice of images, given as row numbers that may repeat."""
        everything = np.arange(len(self._labels))
        draws = [
            figure(np.repeat(everything, times[self._block_of].astype(np.intp))) for times in self._times[:COSTLY_DRAWS]
        ]
        return _estimate(figure(everything), np.array(draws))

    def _shares(self, hits: Mask, among: Mask) -> npt.NDArray[np.float64]:
        count = self._times.shape[1]
        hit = self._times @ np.bincount(self._block_of, hits & among, minlength=count)
        asked = self._times @ np.bincount(self._block_of, among, minlength=count)
        return np.asarray(hit[asked > 0] / asked[asked > 0], np.float64)


def _estimate(value: float, draws: npt.NDArray[np.float64]) -> Estimate:
    low, high = np.percentile(draws, [2.5, 97.5])
    return Estimate(value, float(low), float(high))


def balanced_accuracy(labels: Labels, predicted: Labels) -> float:
    """Return the mean over the present classes of each class's recall, 0..1."""
    return float(np.mean([np.mean(predicted[labels == label] == label) for label in np.unique(labels)]))


def wilson(successes: float, trials: int) -> Estimate:
    """Return a proportion with its Wilson 95 % interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
    z = 1.959964
    share = successes / trials
    centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
    half = z / (1 + z**2 / trials) * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2))
    return Estimate(share, max(0.0, float(centre - half)), min(1.0, float(centre + half)))


@dataclass(frozen=True, slots=True)
class Bin:
    """Images of similar confidence: how many, how sure on average, and what share was right."""

    images: int
    confidence: float
    right: float


def reliability(probabilities: npt.NDArray[np.float64], labels: Labels, bins: int = 15) -> tuple[Bin, ...]:
    """Return bins of equal mass, by rising confidence."""
    confidence = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    return tuple(
        Bin(len(rows), float(confidence[rows].mean()), float(right[rows].mean()))
        for rows in np.array_split(np.argsort(confidence, kind="stable"), bins)
        if len(rows)
    )


def expected_calibration_error(probabilities: npt.NDArray[np.float64], labels: Labels, bins: int = 15) -> float:
    """Return the mean gap between confidence and accuracy over bins of equal mass, 0..1."""
    gaps = [abs(each.confidence - each.right) * each.images for each in reliability(probabilities, labels, bins)]
    return float(np.sum(gaps) / len(labels))


def auroc(inside: npt.NDArray[np.float64], outside: npt.NDArray[np.float64]) -> float:
    """Return the chance that an outside score exceeds an inside one, ties counting half."""
    ordered = np.sort(inside)
    below = np.searchsorted(ordered, outside, side="left")
    tied = np.searchsorted(ordered, outside, side="right") - below
    return float((below + tied / 2).mean() / len(inside))


def sensitivity_at(scores: npt.NDArray[np.float64], blasts: Mask, specificity: float) -> float:
    """Return the largest share of blast images above a threshold that leaves enough benign images at or below it.

    Parameters
    ----------
    scores : float64 (N,)
        Higher speaks for blasts.
    blasts : bool (N,)
        True classes.
    specificity
        Least share of the benign images that must not exceed the threshold, 0..1.
    """
    benign = np.sort(scores[~blasts])
    threshold = benign[int(np.ceil(specificity * len(benign))) - 1]
    return float((scores[blasts] > threshold).mean())


def risk_coverage(
    probabilities: npt.NDArray[np.float64], labels: Labels, points: int = 200
) -> tuple[tuple[float, float], ...]:
    """Return (coverage, error among the answered) when the least confident images are left without a class."""
    surest_first = np.argsort(-probabilities.max(axis=1), kind="stable")
    wrong = np.cumsum((probabilities.argmax(axis=1) != labels)[surest_first])
    answered = np.unique(np.linspace(1, len(labels), min(points, len(labels))).round().astype(np.intp))
    return tuple((float(count / len(labels)), float(wrong[count - 1] / count)) for count in answered)
