"""From answers to figures: how well the engine knows what it does not know."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from models.classification.labels import LABELS
from models.result import Outcome
from models.training.crossfit import by_rotation, judge
from models.training.faults import FAULTS
from models.training.metrics import auroc, expected_calibration_error, reliability, risk_coverage, wilson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    from models.training.answers import Answers
    from models.training.crossfit import Judged, Thresholds
    from models.training.data import Example, Rotation
    from models.training.figures import Subject

LEVELS = (0.90, 0.95, 0.96, 0.97, 0.98, 0.99)
"""Coverage per class that the prediction set might be set to."""
HISTOGRAM_BINS = 40


def calibration(judged: Judged, subject: Subject, fitted: Sequence[Thresholds]) -> dict[str, Any]:
    """Measure the cross-fitted probabilities of the plain images, and whether sets hold the true class as promised."""
    probabilities, labels, draws = judged.probabilities, subject.labels, subject.draws()
    covered = judged.covered[np.arange(len(labels)), labels]
    return {
        "temperatures": [each.calibration.temperature for each in fitted],
        "expected_calibration_error": draws.estimate(
            lambda rows: expected_calibration_error(probabilities[rows], labels[rows])
        ),
        "bins": [[each.images, each.confidence, each.right] for each in reliability(probabilities, labels)],
        "level": fitted[0].calibration.level,
        "coverage": {name: draws.share(covered, labels == label) for label, name in enumerate(LABELS)},
    }


def selective(
    plain: Answers, examples: Sequence[Example], subject: Subject, rotations: Sequence[Rotation], judged: Judged
) -> dict[str, Any]:
    """Weigh how many images get a class against how many of those are wrong."""
    draws = subject.draws()

    def point(said: Judged) -> dict[str, Any]:
        classified = said.ended(Outcome.CLASSIFIED)
        return {
            "coverage": draws.share(classified),
            "error": draws.share(said.predicted != subject.labels, classified),
        }

    return {
        "shipped": point(judged),
        "levels": [
            {
                "level": level,
                **point(
                    judge(plain, subject.turns, by_rotation(plain, examples, subject.labels, rotations, level=level))
                ),
            }
            for level in LEVELS
        ],
        "curve": [list(each) for each in risk_coverage(judged.probabilities, subject.labels)],
    }


def novelty(
    plain: Answers,
    judged: Judged,
    subject: Subject,
    fitted: Sequence[Thresholds],
    foreign: Mapping[str, tuple[Sequence[Answers], Answers, Thresholds]],
) -> dict[str, Any]:
    """Measure who is turned away: foreign images, which should be, and held-out smears, which should not.

    Parameters
    ----------
    plain, judged, subject, fitted
        Of the held-out smears.
    foreign
        By folder: what each rotation's network says of its images, what the shipped one says, and its thresholds.
    """
    draws = subject.draws()
    limits = np.array([each.novelty for each in fitted])
    top = max(
        [float(plain.scores.max()), *(float(one.scores.max()) for every, _, _ in foreign.values() for one in every)]
    )
    edges = np.linspace(0, top, HISTOGRAM_BINS + 1)
    return {
        "thresholds": limits.tolist(),
        "held_out": {
            "novelty": draws.share(plain.scores > limits[subject.turns]),
            "engine": draws.share(judged.ended(Outcome.NOVEL, Outcome.UNSUITABLE)),
        },
        "folders": {name: _folder(plain, subject, fitted, *given) for name, given in foreign.items()},
        "histogram": {
            "edges": edges.tolist(),
            "held_out": np.histogram(plain.scores, edges)[0].tolist(),
            "folders": {
                name: np.histogram(np.concatenate([one.scores for one in every]), edges)[0].tolist()
                for name, (every, _, _) in foreign.items()
            },
        },
    }


def _folder(
    plain: Answers,
    subject: Subject,
    fitted: Sequence[Thresholds],
    every: Sequence[Answers],
    shipped: Answers,
    shipped_thresholds: Thresholds,
) -> dict[str, Any]:
    images = len(shipped)
    alone = np.mean([one.scores > each.novelty for one, each in zip(every, fitted, strict=True)])
    whole = np.mean([_rejected(one, each) for one, each in zip(every, fitted, strict=True)])

    def area(rows: npt.NDArray[np.intp]) -> float:
        held_out = (plain.scores[rows[subject.turns[rows] == turn]] for turn in range(len(fitted)))
        return float(np.mean([auroc(mine, one.scores) for mine, one in zip(held_out, every, strict=True) if len(mine)]))

    return {
        "images": images,
        "novelty": wilson(float(alone) * images, images),
        "engine": wilson(float(whole) * images, images),
        "auroc": subject.draws().estimate(area),
        "shipped_novelty": wilson(int((shipped.scores > shipped_thresholds.novelty).sum()), images),
        "shipped_engine": wilson(int(_rejected(shipped, shipped_thresholds).sum()), images),
    }


def _rejected(answers: Answers, thresholds: Thresholds) -> npt.NDArray[np.bool_]:
    judged = judge(answers, np.zeros(len(answers), dtype=np.intp), [thresholds])
    return judged.ended(Outcome.NOVEL, Outcome.UNSUITABLE)


def quality(
    answers: dict[str, tuple[npt.NDArray[np.intp], Answers]], plain: Answers, subject: Subject
) -> dict[str, Any]:
    """Measure how many images as they are pass the quality gate, and how many spoiled ones do not."""
    return {
        "passed": subject.draws().share(plain.passed),
        "reasons": _counted(plain),
        "faults": {
            name: {
                "images": len(given),
                "rejected": subject.take(rows).draws().share(~given.passed),
                "reasons": _counted(given),
            }
            for name, (rows, given) in ((name, answers[name]) for name in FAULTS)
        },
    }


def _counted(answers: Answers) -> dict[str, int]:
    return dict(sorted(Counter(code for codes in answers.reasons for code in codes).items()))
