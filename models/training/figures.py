"""From answers to figures: how often the classes are right, on the images as they are and in the shortcut audit."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.classification.labels import BENIGN, LABELS
from models.result import Outcome
from models.training.audit import CHANGES, PLAIN, WITHOUT_CELLS
from models.training.crossfit import judge
from models.training.metrics import Blocks, Estimate, auroc, sensitivity_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from models.training.answers import Answers
    from models.training.crossfit import Judged, Thresholds

SPECIFICITY = 0.97
DECIMALS = 6
AUDITED = tuple(change.name for change in CHANGES if change.name not in {PLAIN, *WITHOUT_CELLS})
"""The changes that should make no difference."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Images with their truth.

    Attributes
    ----------
    labels, turns : intp (N,)
        Class, and rotation in which each is held out.
    blocks
        Number block of each.
    """

    labels: npt.NDArray[np.intp]
    turns: npt.NDArray[np.intp]
    blocks: tuple[str, ...]

    def take(self, rows: npt.NDArray[np.intp]) -> Subject:
        """Return some of them."""
        return Subject(self.labels[rows], self.turns[rows], tuple(self.blocks[row] for row in rows))

    @property
    def blasts(self) -> npt.NDArray[np.bool_]:
        """Tell which are of a blast class."""
        return np.asarray(self.labels != LABELS.index(BENIGN), np.bool_)

    def draws(self) -> Blocks:
        """Return draws of their number blocks."""
        return Blocks(self.labels, self.blocks)


def plain_json(value: Any) -> Any:
    """Return a value as JSON holds it: estimates as objects, floats at six decimals, what is no number as null."""
    if isinstance(value, Estimate):
        return plain_json(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain_json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_json(each) for each in value]
    if isinstance(value, (float, np.floating)):
        return round(float(value), DECIMALS) if np.isfinite(value) else None
    if isinstance(value, np.integer):
        return int(value)
    return value


def audit(
    answers: dict[str, tuple[npt.NDArray[np.intp], Answers]], subject: Subject, fitted: Sequence[Thresholds]
) -> dict[str, Any]:
    """Measure every change of the audit, the plain images first."""
    draws = subject.draws()
    told = {}
    for change in CHANGES:
        _, given = answers[change.name]
        judged = judge(given, subject.turns, fitted)
        told[change.name] = {"asked": "engine" if change.is_whole else "network", **accuracy(judged, subject, draws)}
    return told


def accuracy(judged: Judged, subject: Subject, draws: Blocks) -> dict[str, Any]:
    """Measure the likeliest class of all images, and the class of those that are given one."""
    predicted, labels = judged.predicted, subject.labels
    classified = judged.ended(Outcome.CLASSIFIED)
    benign = LABELS.index(BENIGN)
    return {
        "balanced_accuracy": draws.balanced_accuracy(predicted),
        "recall": {name: draws.share(predicted == label, labels == label) for label, name in enumerate(LABELS)},
        "blast_sensitivity": draws.share(predicted != benign, subject.blasts),
        "blast_specificity": draws.share(predicted == benign, ~subject.blasts),
        "confusion": [
            np.bincount(predicted[labels == label], minlength=len(LABELS)).tolist() for label in range(len(LABELS))
        ],
        "outcomes": {
            outcome.value: draws.share(judged.ended(outcome)) for outcome in Outcome if outcome is not Outcome.REFUSED
        },
        "error_among_classified": draws.share(predicted != labels, classified),
        "blasts_called_benign_among_classified": draws.share(predicted == benign, classified & subject.blasts),
    }


def blast_suspect(judged: Judged, subject: Subject) -> dict[str, Any]:
    """Measure how well the calibrated log-odds tell blast images from benign ones, whatever the threshold."""
    scores, blasts, draws = judged.log_odds, subject.blasts, subject.draws()
    return {
        "auroc": draws.estimate(lambda rows: auroc(scores[rows][~blasts[rows]], scores[rows][blasts[rows]])),
        "specificity": SPECIFICITY,
        "sensitivity": draws.estimate(lambda rows: sensitivity_at(scores[rows], blasts[rows], SPECIFICITY)),
    }


def worst(audited: dict[str, Any]) -> tuple[str, Any]:
    """Return the change that costs the most balanced accuracy, and what is left."""
    name = min(AUDITED, key=lambda each: audited[each]["balanced_accuracy"]["value"])
    return name, audited[name]["balanced_accuracy"]


def full_size(small: Answers, large: Answers, subject: Subject, fitted: Sequence[Thresholds]) -> dict[str, Any]:
    """Compare the 224-pixel images with their originals, row by row."""
    one, other = (judge(answers, subject.turns, fitted) for answers in (small, large))
    draws = subject.draws()
    differences = np.abs(one.probabilities - other.probabilities).max(axis=1)
    return {
        "pairs": len(subject.labels),
        "same_class": draws.share(one.predicted == other.predicted),
        "same_outcome": draws.share(np.array([a is b for a, b in zip(one.outcomes, other.outcomes, strict=True)])),
        "largest_probability_difference": float(differences.max()),
        "median_probability_difference": float(np.median(differences)),
    }


def explanation(plain: Answers, subject: Subject, limit: float) -> dict[str, Any]:
    """Tell whether activation maps prefer cells, over the images that have one."""
    rows = np.flatnonzero(np.isfinite(plain.inside))
    if not len(rows):
        return {"images": 0}
    draws, inside, even = subject.take(rows).draws(), plain.inside[rows], plain.even[rows]
    return {
        "images": len(rows),
        "inside": draws.estimate(lambda chosen: float(inside[chosen].mean())),
        "inside_if_even": draws.estimate(lambda chosen: float(even[chosen].mean())),
        "warned": draws.share(inside < limit),
    }
