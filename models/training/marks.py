"""The marks that an artefact is held to, and whether its figures reach them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.training.audit import ERASED, PLAIN
from models.training.figures import worst


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.

    Attributes
    ----------
    measure
        What is measured.
    wanted
        The mark, in words.
    figure
        What was measured: an estimate as in the evaluation.
    met
        Whether the figure itself (not its interval) reaches the mark.
    """

    measure: str
    wanted: str
    figure: dict[str, float]
    met: bool


def marks(evaluation: dict[str, Any]) -> tuple[Mark, ...]:
    """Return the marks that the figures of an evaluation are held to, in the order of the card."""
    audit, quality, novelty = evaluation["audit"], evaluation["quality"], evaluation["novelty"]
    point = evaluation["selective"]["shipped"]
    change, left = worst(audit)
    erased, unclassified = audit[ERASED]["balanced_accuracy"], _rest(audit[ERASED]["outcomes"]["classified"])
    by_class = erased["value"] <= 0.40  # noqa: PLR2004 - marks are numbers
    made = [
        _least("balanced accuracy, plain", audit[PLAIN]["balanced_accuracy"], 0.99),
        _least(f"balanced accuracy, worst of the audit ({change})", left, 0.975),
        Mark(
            "cells erased: balanced accuracy" if by_class else "cells erased: no class given",
            "≤ 0.40, or no class for ≥ 0.95",
            erased if by_class else unclassified,
            by_class or unclassified["value"] >= 0.95,  # noqa: PLR2004 - the same
        ),
        _least("blast-suspect sensitivity at specificity ≥ 0.97", evaluation["blast_suspect"]["sensitivity"], 0.99),
        _most("calibration error (ECE)", evaluation["calibration"]["expected_calibration_error"], 0.02),
        _most("error among classified images", point["error"], 0.005),
        _least("share of images classified", point["coverage"], 0.93),
        *(_least(f"turned away: {name}", folder["engine"], 0.97) for name, folder in novelty["folders"].items()),
        _most("turned away: held-out smears", novelty["held_out"]["engine"], 0.03),
        *(_least(f"unsuitable: {name}", fault["rejected"], 0.95) for name, fault in quality["faults"].items()),
        _least("images as they are that pass the quality gate", quality["passed"], 0.97),
    ]
    return tuple(made)


def _least(measure: str, figure: dict[str, float], wanted: float) -> Mark:
    return Mark(measure, f"≥ {wanted:g}", figure, figure["value"] >= wanted)


def _most(measure: str, figure: dict[str, float], wanted: float) -> Mark:
    return Mark(measure, f"≤ {wanted:g}", figure, figure["value"] is not None and figure["value"] <= wanted)


def _rest(share: dict[str, float]) -> dict[str, float]:
    return {"value": 1 - share["value"], "low": 1 - share["high"], "high": 1 - share["low"]}
