"""What the engine says of one image: plain frozen values, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.quality import Quality
    from models.segmentation.measures import Cell


class Outcome(StrEnum):
    """How the analysis of one image ended. Only a classified image has a class."""

    CLASSIFIED = "classified"
    ABSTAINED = "abstained"
    NOVEL = "novel"
    UNSUITABLE = "unsuitable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file was not analysed, and what its sender can do."""

    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Novelty:
    """Distance to the training images in feature space; above the threshold the image is novel."""

    score: float
    threshold: float

    @property
    def is_novel(self) -> bool:
        """Whether the image is too far from them for a class."""
        return self.score > self.threshold


@dataclass(frozen=True, slots=True)
class ImageAnalysis:
    """The analysis of one image.

    Attributes
    ----------
    outcome
        Decides which of the following are filled.
    predicted_class
        One of `LABELS`, only when classified.
    probabilities, raw_probabilities
        Per class, 0..1, with the artefact's temperature and with temperature 1. Empty when refused.
    prediction_set
        Classes that cannot be excluded at the artefact's level. Empty when unsuitable, novel or refused.
    blast_suspect
        Whether `predicted_class` is one of the blast classes; None unless classified.
    log_odds
        Calibrated log-odds of any blast class against benign, within ±12; None unless classified or abstained.
    width, height
        Pixels of the decoded image; 0 when refused.
    cells
        Leukocytes found, in the image's own pixels.
    activation_map
        Rows of values 0..1 for the likeliest class, laid over the whole image: 7 by 7 for a training field, more for
        larger fields; None unless classified or abstained.
    activation_inside
        Share of the map's energy in squares that hold cells, 0..1: a square is larger than a cell.
    warnings
        Sentences for the report.
    timings_ms
        By stage, and `total`.
    pins
        What has to be the same for the same answer: hashes and versions.
    """

    outcome: Outcome
    timings_ms: dict[str, float]
    pins: dict[str, str]
    predicted_class: str | None = None
    probabilities: dict[str, float] = field(default_factory=dict)
    raw_probabilities: dict[str, float] = field(default_factory=dict)
    prediction_set: tuple[str, ...] = ()
    blast_suspect: bool | None = None
    log_odds: float | None = None
    quality: Quality | None = None
    novelty: Novelty | None = None
    width: int = 0
    height: int = 0
    cells: tuple[Cell, ...] = ()
    activation_map: list[list[float]] | None = None
    activation_inside: float | None = None
    warnings: tuple[str, ...] = ()
    refusal: Refusal | None = None

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able values under the names that are documented for the command line."""
        return {
            "outcome": self.outcome.value,
            "class": self.predicted_class,
            "probabilities": self.probabilities,
            "raw_probabilities": self.raw_probabilities,
            "prediction_set": list(self.prediction_set),
            "blast_suspect": self.blast_suspect,
            "log_odds": self.log_odds,
            "quality": None if self.quality is None else asdict(self.quality),
            "novelty": None if self.novelty is None else asdict(self.novelty),
            "width": self.width,
            "height": self.height,
            "leukocytes": len(self.cells),
            "cells": [asdict(cell) for cell in self.cells],
            "activation_map": self.activation_map,
            "activation_inside": self.activation_inside,
            "warnings": list(self.warnings),
            "timings_ms": self.timings_ms,
            "pins": self.pins,
            "refusal": None if self.refusal is None else asdict(self.refusal),
        }
