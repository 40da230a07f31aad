"""What ships beside each trained network, read as files: its name, its figures, its card. The network is not loaded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST, NETWORK = "manifest.json", "model.tflite"
# Figures of an evaluation that a page shows first, and where they stand in it; each has a value and its interval.
PLACES = {
    "accuracy": ("audit", "plain", "balanced_accuracy"),
    "sensitivity": ("blast_suspect", "sensitivity"),
    "calibration": ("calibration", "expected_calibration_error"),
    "classified": ("selective", "shipped", "coverage"),
    "error": ("selective", "shipped", "error"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured share, with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Artefact:
    """A trained network as installed on this machine."""

    name: str
    version: str
    architecture: str
    sha256: str
    preprocessing: str
    size: int
    folder: Path

    @property
    def card(self) -> str:
        """The card, in Markdown; empty where none ships."""
        return _text(self.folder / "card.md")

    @property
    def figures(self) -> dict[str, Figure]:
        """The first figures of the evaluation, those that were measured."""
        measured = _json(self.folder / "evaluation.json")
        found = {name: _figure(measured, place) for name, place in PLACES.items()}
        return {name: figure for name, figure in found.items() if figure}

    def plot(self, name: str) -> bytes | None:
        """Return a plot of the card; None when there is none of this name."""
        plots = {path.name: path for path in (self.folder / "plots").glob("*.svg")}
        return plots[name].read_bytes() if name in plots else None


def installed() -> list[Artefact]:
    """Return every artefact that is installed here, by name; a folder that is not whole is left out."""
    return sorted(_installed(), key=lambda artefact: artefact.name)


def find(sha256: str) -> Artefact | None:
    """Return the installed artefact whose network has this hash."""
    return next((artefact for artefact in _installed() if artefact.sha256 == sha256), None)


def named(name: str) -> Artefact | None:
    """Return the artefact that a setting names, by its name or by the path of its folder."""
    if not name:
        return None
    return next((each for each in _installed() if name in {each.name, str(each.folder)}), None)


def _installed() -> Iterator[Artefact]:
    named_folders = (Path(name) for name in (settings.ARTEFACT, settings.SHADOW_ARTEFACT) if "/" in name)
    for folder in dict.fromkeys([*settings.ARTEFACTS.glob("*"), *named_folders]):
        manifest = _json(folder / MANIFEST)
        if "name" not in manifest or NETWORK not in manifest.get("files", {}):
            continue
        network = folder / NETWORK
        yield Artefact(
            name=str(manifest["name"]),
            version=str(manifest.get("version", "")),
            architecture=str(manifest.get("architecture", "")),
            sha256=str(manifest["files"][NETWORK]),
            preprocessing=str(manifest.get("preprocessing", {}).get("sha256", "")),
            size=network.stat().st_size if network.is_file() else 0,
            folder=folder,
        )


def _figure(measured: dict[str, Any], place: tuple[str, ...]) -> Figure | None:
    found: Any = measured
    for key in place:
        found = found.get(key) if isinstance(found, dict) else None
    return Figure(found["value"], found["low"], found["high"]) if isinstance(found, dict) and "low" in found else None


def _json(file: Path) -> dict[str, Any]:
    try:
        content = json.loads(_text(file) or "{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
