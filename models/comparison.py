"""Several artefacts on the same images: what each says, and how often they say the same."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, Any

from models.classification.labels import BENIGN
from models.result import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.analysis import Engine
    from models.result import ImageAnalysis


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far artefacts agree on images.

    Attributes
    ----------
    images
        Images that decode; the others say nothing of a network.
    agreeing
        Images to which all artefacts give the same outcome and the same class.
    across_the_line
        Images that one artefact calls benign and another blast-suspect.
    largest_difference
        Of the probability of any class of any image between any two artefacts, 0..1; None without images.
    median_ms
        Milliseconds of a whole analysis, by artefact; empty without images.
    """

    images: int
    agreeing: int
    across_the_line: int
    largest_difference: float | None
    median_ms: dict[str, float]


def ask(engines: Mapping[str, Engine], data: bytes, *, turn: int = 0) -> dict[str, ImageAnalysis]:
    """Analyse one encoded image with each engine.

    Parameters
    ----------
    engines
        By the artefact's name.
    data
        The file's bytes.
    turn
        Number of the image: which engine goes first changes with it, so that none is always the one that finds the
        processor's memory warm.

    Returns
    -------
    dict
        By the artefact's name, in the order of `engines`.
    """
    order = list(engines)
    start = turn % len(order)
    said = {name: engines[name].analyse(data) for name in order[start:] + order[:start]}
    return {name: said[name] for name in order}


def agreement(answers: Sequence[Mapping[str, ImageAnalysis]]) -> Agreement:
    """Count over images how far the artefacts agree.

    Parameters
    ----------
    answers
        For each image, what each artefact says; the same artefacts for all.
    """
    decoded = [list(each.values()) for each in answers if not _refused(each.values())]
    pairs = [pair for said in decoded for pair in combinations(said, 2)]
    differences = [
        abs(probability - other.probabilities[label])
        for one, other in pairs
        for label, probability in one.probabilities.items()
    ]
    names = list(answers[0]) if decoded else []
    return Agreement(
        images=len(decoded),
        agreeing=sum(len({(each.outcome, each.predicted_class) for each in said}) == 1 for said in decoded),
        across_the_line=sum(len(_sides(said)) > 1 for said in decoded),
        largest_difference=max(differences, default=None),
        median_ms={
            name: round(median(said[place].timings_ms["total"] for said in decoded), 3)
            for place, name in enumerate(names)
        },
    )


def in_brief(said: ImageAnalysis) -> dict[str, Any]:
    """Return what a comparison shows of one answer, ready for JSON."""
    return {
        "outcome": said.outcome.value,
        "class": said.predicted_class,
        "probabilities": said.probabilities,
        "milliseconds": said.timings_ms["total"],
    }


def _refused(answers: Any) -> bool:
    return any(said.outcome is Outcome.REFUSED for said in answers)


def _sides(answers: Sequence[ImageAnalysis]) -> set[bool]:
    """Return on which sides of the benign/blast line classes were given."""
    return {said.predicted_class == BENIGN for said in answers if said.predicted_class is not None}
