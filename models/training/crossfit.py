"""Thresholds from images that neither the network nor its figures have seen, and what they make of the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models import calibration
from models.analysis import log_odds, outcome_of
from models.classification.labels import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from models.calibration import Calibration
    from models.result import Outcome
    from models.training.answers import Answers
    from models.training.data import Rotation

LEVEL = 0.96
"""Coverage per class of the prediction set."""
NOVEL_SHARE = 0.005
"""Share of out-of-fold images that the novelty threshold gives up."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What turns answers into an outcome."""

    calibration: Calibration
    novelty: float


@dataclass(frozen=True, slots=True)
class Judged:
    """What the product would say of N images.

    Attributes
    ----------
    probabilities : float64 (N, 4)
        Calibrated.
    predicted : intp (N,)
        Likeliest class, whether or not it is given.
    outcomes
        As the engine ends.
    covered : bool (N, 4)
        Classes in the prediction set.
    log_odds : float64 (N,)
        Of any blast class against benign.
    """

    probabilities: npt.NDArray[np.float64]
    predicted: npt.NDArray[np.intp]
    outcomes: tuple[Outcome, ...]
    covered: npt.NDArray[np.bool_]
    log_odds: npt.NDArray[np.float64]

    def ended(self, *outcomes: Outcome) -> npt.NDArray[np.bool_]:
        """Tell which images ended in one of these ways, bool (N,)."""
        return np.array([outcome in outcomes for outcome in self.outcomes], dtype=np.bool_)


def thresholds(
    plain: Answers, labels: npt.NDArray[np.intp], *, level: float = LEVEL, novel_share: float = NOVEL_SHARE
) -> Thresholds:
    """Set the thresholds on out-of-fold answers to unchanged images."""
    fitted = calibration.fit(plain.logits, labels, level=level)
    return Thresholds(fitted, float(np.quantile(plain.scores, 1 - novel_share)))


def by_rotation(
    plain: Answers,
    examples: Sequence[object],
    labels: npt.NDArray[np.intp],
    rotations: Sequence[Rotation],
    *,
    level: float = LEVEL,
) -> tuple[Thresholds, ...]:
    """Set each rotation's thresholds on what the other rotations' networks say of its training images.

    Those are the images that share neither a run nor a field with what is held out.
    """
    row_of = {example: row for row, example in enumerate(examples)}
    fitted = []
    for rotation in rotations:
        rows = np.array([row_of[example] for example in rotation.training if example in row_of], dtype=np.intp)
        fitted.append(thresholds(plain.take(rows), labels[rows], level=level))
    return tuple(fitted)


def judge(answers: Answers, turns: npt.NDArray[np.intp], fitted: Sequence[Thresholds]) -> Judged:
    """Apply each image's thresholds by the rules of the engine.

    Parameters
    ----------
    answers
        Of N images.
    turns : intp (N,)
        Place in `fitted` of each image's thresholds.
    fitted
        By rotation.
    """
    probabilities = np.stack(
        [fitted[turn].calibration.probabilities(logits) for turn, logits in zip(turns, answers.logits, strict=True)]
    )
    predicted = probabilities.argmax(axis=1)
    sets = [fitted[turn].calibration.prediction_set(each) for turn, each in zip(turns, probabilities, strict=True)]
    outcomes = tuple(
        outcome_of(
            quality_passed=not reasons,
            novel=bool(score > fitted[turn].novelty),
            likeliest=LABELS[label],
            prediction_set=prediction_set,
        )
        for turn, reasons, score, label, prediction_set in zip(
            turns, answers.reasons, answers.scores, predicted, sets, strict=True
        )
    )
    return Judged(
        probabilities,
        predicted,
        outcomes,
        np.array([[label in prediction_set for label in LABELS] for prediction_set in sets]),
        np.array([log_odds(each) for each in probabilities]),
    )
