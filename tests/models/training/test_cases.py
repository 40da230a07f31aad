import numpy as np
import pytest

from models.case import CaseRule
from models.result import Outcome
from models.training import cases
from models.training.crossfit import Judged


def judged(log_odds: np.ndarray, outcome: Outcome = Outcome.CLASSIFIED) -> Judged:
    benign = 1 / (1 + np.exp(log_odds))
    probabilities = np.stack([benign, 1 - benign, 0 * benign, 0 * benign], axis=1)
    return Judged(probabilities, probabilities.argmax(axis=1), (outcome,) * len(benign), probabilities > 0.1, log_odds)


def simulated(benign: float = -4.0, blast: float = 4.0, outcome: Outcome = Outcome.CLASSIFIED) -> tuple:
    """Six benign blocks and six of a blast class, 15 images each, in two rotations."""
    labels = np.repeat([0, 1], 90)
    noise = np.random.default_rng(0).normal(0, 0.5, 180)
    return cases.simulate(
        judged(np.where(labels == 0, benign, blast) + noise, outcome),
        leukocytes=np.full(180, 8),
        labels=labels,
        blocks=[str(row // 15) for row in range(180)],
        turns=np.arange(180) // 15 % 2,
    )


def test_a_case_holds_3_to_10_images_of_one_block_none_twice():
    made = simulated()
    assert len(made) == 12 * cases.CASES_PER_BLOCK
    assert {len(case.images) for case in made} == set(range(3, 11))
    for case in made:
        rows = [int(image.analysis_id) for image in case.images]
        assert len(set(rows)) == len(rows)
        assert {str(row // 15) for row in rows} == {case.block}
        assert case.is_blast == (rows[0] >= 90)
        assert case.turn == rows[0] // 15 % 2


def test_a_block_smaller_than_a_case_gives_what_it_has():
    made = cases.simulate(
        judged(np.array([-3.0, 3.0])), np.array([4, 4]), np.array([0, 1]), ["a", "b"], np.array([0, 0])
    )
    assert {len(case.images) for case in made} == {1}


def test_thresholds_lie_between_the_two_sides():
    rule = cases.fit(simulated(benign=-6, blast=2))
    assert -6 < rule.flag_threshold < 2
    assert rule.flag_threshold == pytest.approx(-2, abs=0.6)
    assert rule.top_three_threshold >= rule.flag_threshold


def test_where_the_sides_overlap_few_benign_cases_are_flagged():
    made = simulated(benign=0.0, blast=0.3)
    rule = cases.fit(made)
    flagged = cases.figures([case for case in made if not case.is_blast] + list(made), [rule, rule])["benign"]
    assert flagged["flagged"] <= 0.06


def test_without_usable_images_on_both_sides_the_products_own_thresholds_stay():
    assert cases.fit(simulated(outcome=Outcome.UNSUITABLE)) == CaseRule()
    assert cases.fit([case for case in simulated() if case.is_blast]) == CaseRule()


def test_clear_cases_are_stated_clearly():
    made = simulated()
    told = cases.figures(made, [cases.fit(made)] * 2)
    assert told["blast"]["flagged"] == 1
    assert told["benign"]["flagged"] == 0
    assert told["benign"]["outcomes"]["not_flagged"] == 1
    assert sum(told["blast"]["outcomes"].values()) == pytest.approx(1)
