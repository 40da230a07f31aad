"""The case rule on simulated cases: a few images of one number block, the nearest that the data has to a patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.case import CaseOutcome, CaseRule, CaseStatement, ImageEvidence, state_of_case
from models.classification.labels import BENIGN, LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from models.training.crossfit import Judged

SMALLEST, LARGEST = 3, 10
"""Images of a case."""
CASES_PER_BLOCK = 20
BENIGN_TAIL, BLAST_TAIL = 0.97, 0.01
"""Quantiles of the benign and the blast cases between which a threshold is set."""


@dataclass(frozen=True, slots=True)
class SimulatedCase:
    """Images of one number block, and so of one class.

    Attributes
    ----------
    is_blast
        Whether the class is one of the blast classes.
    block
        The number block.
    turn
        Rotation in which the block is held out.
    images
        Evidence, as the platform would give it.
    """

    is_blast: bool
    block: str
    turn: int
    images: tuple[ImageEvidence, ...]


def simulate(
    judged: Judged,
    leukocytes: npt.NDArray[np.intp],
    labels: npt.NDArray[np.intp],
    blocks: Sequence[str],
    turns: npt.NDArray[np.intp],
) -> tuple[SimulatedCase, ...]:
    """Draw cases of 3 to 10 images, none twice in a case, the same number from every block."""
    random = np.random.default_rng(0)
    cases = []
    for block in sorted(set(blocks)):
        rows = np.flatnonzero(np.asarray(blocks) == block)
        for _ in range(CASES_PER_BLOCK):
            size = min(int(random.integers(SMALLEST, LARGEST + 1)), len(rows))
            chosen = random.choice(rows, size, replace=False)
            cases.append(
                SimulatedCase(
                    is_blast=LABELS[labels[rows[0]]] != BENIGN,
                    block=block,
                    turn=int(turns[rows[0]]),
                    images=tuple(_evidence(judged, leukocytes, int(row)) for row in chosen),
                )
            )
    return tuple(cases)


def fit(cases: Sequence[SimulatedCase]) -> CaseRule:
    """Set the thresholds of the flag.

    Each lies halfway between the upper tail of the benign cases and the lower tail of the blast cases; where these
    overlap, at the benign tail, so that few benign cases are flagged. Without a usable case on either side there is
    nothing to set them by, and the product's own stay.
    """
    stated = [(case.is_blast, state_of_case(case.images)) for case in cases]
    usable = [(is_blast, each) for is_blast, each in stated if each.usable]
    if len({is_blast for is_blast, _ in usable}) == 1 or not usable:
        return CaseRule()
    flag = _between(usable, "trimmed_mean")
    return CaseRule(flag_threshold=flag, top_three_threshold=max(flag, _between(usable, "top_three_mean")))


def figures(cases: Sequence[SimulatedCase], rules: Sequence[CaseRule]) -> dict[str, object]:
    """Count what the rule says of the cases, each by the rule of its rotation.

    Returns
    -------
    dict
        For blast and benign cases: how many, the share flagged, and the share of each outcome.
    """
    told: dict[str, object] = {}
    for name, is_blast in (("blast", True), ("benign", False)):
        stated = [state_of_case(case.images, rules[case.turn]) for case in cases if case.is_blast == is_blast]
        told[name] = {
            "cases": len(stated),
            "flagged": float(np.mean([each.flag for each in stated])),
            "outcomes": {
                outcome.value: float(np.mean([each.outcome is outcome for each in stated])) for outcome in CaseOutcome
            },
        }
    return told


def _between(stated: Sequence[tuple[bool, CaseStatement]], measure: str) -> float:
    benign, blast = (
        [getattr(each, measure) for is_blast, each in stated if is_blast == wanted] for wanted in (False, True)
    )
    low, high = float(np.quantile(benign, BENIGN_TAIL)), float(np.quantile(blast, BLAST_TAIL))
    return round((low + high) / 2 if low < high else low, 4)


def _evidence(judged: Judged, leukocytes: npt.NDArray[np.intp], row: int) -> ImageEvidence:
    return ImageEvidence(
        analysis_id=str(row),
        outcome=judged.outcomes[row].value,
        log_odds=float(judged.log_odds[row]),
        probabilities=dict(zip(LABELS, judged.probabilities[row].tolist(), strict=True)),
        leukocytes=int(leukocytes[row]),
    )
