"""Writes what was measured: one file for machines, one page for readers, and the plots between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.published import EVALUATION_FILE
from models.registry import CARD_FILE
from models.training import card, plots
from models.training.artefact import write_json

if TYPE_CHECKING:
    from pathlib import Path

PLOTS = "plots"


def write(folder: Path, evaluation: dict[str, Any]) -> None:
    """Write `evaluation.json`, and from it alone `plots/*.svg` and `card.md`."""
    (folder / PLOTS).mkdir(parents=True, exist_ok=True)
    write_json(folder / EVALUATION_FILE, evaluation)
    for name, draw in plots.PLOTS.items():
        draw(evaluation, folder / PLOTS / f"{name}.svg")
    (folder / CARD_FILE).write_text(card.render(folder.resolve().name, evaluation), encoding="utf-8")
