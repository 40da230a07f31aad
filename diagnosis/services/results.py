"""What the worker hands in: the engine's answer in plain values, so that nothing here needs the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


@dataclass(frozen=True, slots=True)
class FoundCell:
    """One leukocyte; lengths in pixels of the stored image."""

    x: int
    y: int
    width: int
    height: int
    contour: Sequence[Sequence[int]]
    nucleus_contour: Sequence[Sequence[int]]
    area: float
    nucleus_area: float
    perimeter: float
    circularity: float
    solidity: float
    nucleus_to_cell: float
    mean_colour: Sequence[float]
    chromatin_contrast: float | None
    contribution: float


@dataclass(frozen=True, slots=True)
class MachineResult:
    """What the engine says of one image; the fields are those of `Analysis`."""

    outcome: str
    pins: dict[str, str]
    predicted_class: str = ""
    probabilities: dict[str, float] | None = None
    raw_probabilities: dict[str, float] | None = None
    prediction_set: list[str] = field(default_factory=list)
    blast_suspect: bool | None = None
    log_odds: float | None = None
    quality: dict[str, Any] | None = None
    novelty: dict[str, Any] | None = None
    refusal: dict[str, str] | None = None
    activation_map: list[list[float]] | None = None
    activation_inside: float | None = None
    warnings: list[str] = field(default_factory=list)
    timings_ms: dict[str, float] = field(default_factory=dict)
    cells: tuple[FoundCell, ...] = ()


@dataclass(frozen=True, slots=True)
class ImageEvidence:
    """What the case rule sees of one smear: its newest ended analysis; `outcome` is empty when that failed."""

    analysis_id: UUID
    outcome: str
    log_odds: float | None
    probabilities: dict[str, float] | None
    leukocytes: int


@dataclass(frozen=True, slots=True)
class ImageContribution:
    """Whether an image was used in the statement, and why not."""

    analysis_id: UUID
    is_used: bool
    reason: str
    log_odds: float | None


@dataclass(frozen=True, slots=True)
class CaseStatement:
    """What the case rule says of a case; the fields are those of `StageReport`."""

    statement: str
    is_flagged: bool
    pattern_class: str
    sentence: str
    usable_images: int
    unusable_images: int
    leukocytes: int
    trimmed_mean: float | None
    top_three_mean: float | None
    rule_version: str
    contributions: tuple[ImageContribution, ...]


class CaseRule(Protocol):
    """The case rule, as the worker passes it in."""

    def __call__(
        self, images: Sequence[ImageEvidence], *, minimum_images: int, minimum_leukocytes: int
    ) -> CaseStatement:
        """Return the statement on a case from the evidence of its images."""
