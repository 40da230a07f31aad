"""What was measured of an artefact and is shipped with it, figure by figure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from models.registry import MODEL_FILE, ArtefactRefused

if TYPE_CHECKING:
    from pathlib import Path

EVALUATION_FILE = "evaluation.json"
"""What `models.training.evaluate` writes into an artefact's folder."""
PLAIN, ERASED, PATCHED = "plain", "cells erased", "cells patched over"
ACCURACY = "balanced accuracy, plain"
PLACES = {
    ACCURACY: ("audit", PLAIN, "balanced_accuracy"),
    "balanced accuracy, cells erased": ("audit", ERASED, "balanced_accuracy"),
    "blast-suspect sensitivity": ("blast_suspect", "sensitivity"),
    "calibration error (ECE)": ("calibration", "expected_calibration_error"),
    "share classified": ("selective", "shipped", "coverage"),
    "error among those": ("selective", "shipped", "error"),
    "passes the quality gate": ("quality", "passed"),
    "held-out smears turned away": ("novelty", "held_out", "engine"),
}
"""Figure, and where it stands in an evaluation: a number, or a `value` with its interval."""
WORST = "balanced accuracy, worst of the audit"


def size(folder: Path) -> float:
    """Return the size of an artefact's network in megabytes (10^6 bytes); 0 when the file is missing."""
    file = folder / MODEL_FILE
    return file.stat().st_size / 1e6 if file.is_file() else 0.0


def figures(folder: Path) -> dict[str, float | None]:
    """Return an artefact's published figures by name; None where one was not measured.

    Raises
    ------
    ArtefactRefused
        When manifest or evaluation are not readable.
    """
    measured = _evaluation(folder)
    audit = measured.get("audit", {})
    left = [_number(audit, name, "balanced_accuracy") for name in audit if name not in {PLAIN, ERASED, PATCHED}]
    told = {name: _number(measured, *place) for name, place in PLACES.items()}
    return {ACCURACY: told.pop(ACCURACY), WORST: min((each for each in left if each is not None), default=None), **told}


def _evaluation(folder: Path) -> dict[str, Any]:
    file = folder / EVALUATION_FILE
    if not file.is_file():
        return {}
    try:
        return dict(json.loads(file.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise ArtefactRefused(
            f"{EVALUATION_FILE} of the artefact {folder.name} is not readable JSON: restore it from the release."
        ) from error


def _number(measured: Any, *place: str) -> float | None:
    found = measured
    for key in place:
        found = found.get(key) if isinstance(found, dict) else None
    found = found.get("value") if isinstance(found, dict) else found
    return float(found) if isinstance(found, float | int) else None
