"""The comparison of all artefacts in docs/models.md, from their evaluations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from models import registry
from models.published import EVALUATION_FILE
from models.speed import TIMING_FILE
from models.training.audit import ERASED, PLAIN
from models.training.figures import worst

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
START, END = "<!-- table: python -m models.training.evaluate --table -->", "<!-- end of table -->"
HEAD = (
    "artefact",
    "plain",
    "worst of the audit",
    "cells erased",
    "ECE",
    "classified",
    "error among those",
    "MB",
    "ms",
)


def render(folder: Path = registry.FOLDER) -> str:
    """Return the table (Markdown) of all artefacts in a folder, by name."""
    rows = [_row(manifest.parent) for manifest in sorted(folder.glob(f"*/{registry.MANIFEST_FILE}"))]
    return "\n".join(_line(row) for row in (HEAD, ("---",) * len(HEAD), *rows))


def in_page(page: str, table: str) -> str:
    """Return the page with the table between its marks put in place of the one there."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table}\n{END}{after}"


def write() -> None:
    """Write the table into the page."""
    PAGE.write_text(in_page(PAGE.read_text(encoding="utf-8"), render()), encoding="utf-8")


def _row(folder: Path) -> tuple[str, ...]:
    name = f"[{folder.name}](../models/artefacts/{folder.name}/{registry.CARD_FILE})"
    size = f"{(folder / registry.MODEL_FILE).stat().st_size / 1e6:.1f}"
    measured, timed = (_read(folder / file) for file in (EVALUATION_FILE, TIMING_FILE))
    milliseconds = f"{timed['forward_ms']:.1f}" if timed else "not timed"
    if not measured:
        return (name, *["not measured"] * 6, size, milliseconds)
    audit, point = measured["audit"], measured["selective"]["shipped"]
    change, left = worst(audit)
    return (
        name,
        _shown(audit[PLAIN]["balanced_accuracy"]),
        f"{_shown(left)}, {change}",
        _shown(audit[ERASED]["balanced_accuracy"]),
        _shown(measured["calibration"]["expected_calibration_error"]),
        _shown(point["coverage"]),
        _shown(point["error"], 4),
        size,
        milliseconds,
    )


def _read(file: Path) -> dict[str, Any]:
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else {}


def _shown(figure: dict[str, float], digits: int = 3) -> str:
    return "none" if figure["value"] is None else f"{figure['value']:.{digits}f}"


def _line(row: tuple[str, ...]) -> str:
    return "| " + " | ".join(row) + " |"
