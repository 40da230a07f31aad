from pathlib import Path

import numpy as np
import pytest

from models import calibration
from models.classification.labels import LABELS
from models.result import Outcome
from models.training import crossfit
from models.training.answers import Answers
from models.training.data import Example, Rotation


def answers(logits: np.ndarray, scores: np.ndarray | None = None, reasons: tuple = ()) -> Answers:
    count = len(logits)
    return Answers(
        logits=logits,
        scores=np.ones(count) if scores is None else scores,
        reasons=reasons or ((),) * count,
        leukocytes=np.full(count, 5),
        inside=np.full(count, np.nan),
        even=np.full(count, np.nan),
    )


def some(count: int = 200, seed: int = 0) -> tuple[Answers, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.arange(count) % 4
    logits = random.normal(0, 1, (count, 4)) + 3 * np.eye(4)[labels]
    return answers(logits, random.uniform(1, 2, count)), labels


def test_thresholds_are_those_of_the_calibration_and_of_the_quantile():
    plain, labels = some()
    fitted = crossfit.thresholds(plain, labels, level=0.9, novel_share=0.1)
    assert fitted.calibration == calibration.fit(plain.logits, labels, level=0.9)
    assert (plain.scores > fitted.novelty).mean() == pytest.approx(0.1, abs=0.01)


def test_no_image_of_a_rotation_has_a_say_in_its_own_thresholds():
    plain, labels = some()
    examples = [Example(Path(f"{row}.jpg"), int(label), str(row), str(row), None) for row, label in enumerate(labels)]
    turns = np.arange(200) // 4 % 2
    rotations = [
        Rotation(
            training=tuple(examples[row] for row in np.flatnonzero(turns != turn)),
            held_out=tuple(examples[row] for row in np.flatnonzero(turns == turn)),
            set_aside=(),
        )
        for turn in (0, 1)
    ]
    before = crossfit.by_rotation(plain, examples, labels, rotations)
    spoiled = plain.logits.copy()
    spoiled[turns == 0] = 0
    after = crossfit.by_rotation(answers(spoiled, plain.scores), examples, labels, rotations)
    assert after[0] == before[0]
    assert after[1] != before[1]


def judge_one(logits: list[float], *, score: float = 1.0, reasons: tuple[str, ...] = ()) -> crossfit.Judged:
    fitted = crossfit.Thresholds(calibration.Calibration(1.0, 0.95, (0.9, 0.9, 0.9, 0.2)), novelty=1.5)
    given = answers(np.array([logits]), np.array([score]), (reasons,))
    return crossfit.judge(given, np.zeros(1, dtype=int), [fitted])


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (judge_one([9, 0, 0, 0]), Outcome.CLASSIFIED),
        (judge_one([9, 0, 0, 0], score=1.6), Outcome.NOVEL),
        (judge_one([9, 0, 0, 0], score=1.6, reasons=("out_of_focus",)), Outcome.UNSUITABLE),
        (judge_one([1, 1, 0, 0]), Outcome.ABSTAINED),
        (judge_one([-9, 1, 1, 0]), Outcome.CLASSIFIED),
        (judge_one([-9, -9, 0, 0.9]), Outcome.ABSTAINED),
    ],
)
def test_images_end_as_the_engine_would_end_them(said, outcome):
    assert said.outcomes == (outcome,)
    assert said.ended(outcome).tolist() == [True]


def test_each_image_is_judged_by_the_thresholds_of_its_own_rotation():
    strict = crossfit.Thresholds(calibration.Calibration(1.0, 0.95, (1.0,) * 4), novelty=0.5)
    lenient = crossfit.Thresholds(calibration.Calibration(2.0, 0.95, (0.5,) * 4), novelty=1.5)
    said = crossfit.judge(answers(np.tile([4.0, 0, 0, 0], (2, 1))), np.array([0, 1]), [strict, lenient])
    assert said.outcomes == (Outcome.NOVEL, Outcome.CLASSIFIED)
    assert said.probabilities[0, 0] > said.probabilities[1, 0]
    assert said.log_odds[0] < said.log_odds[1] < 0
    assert said.covered.shape == (2, len(LABELS))
