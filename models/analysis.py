"""One image, from encoded bytes to a complete analysis."""

from __future__ import annotations

import dataclasses
import hashlib
import math
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import cv2
import numpy as np

from models import explanation, registry, tiles
from models.calibration import softmax
from models.classification.labels import BENIGN, LABELS
from models.classification.preprocessing import contract_sha256, prepare
from models.decoding import Refused, decode
from models.result import ImageAnalysis, Novelty, Outcome, Refusal
from models.stopwatch import Stopwatch
from models.survey import survey

if TYPE_CHECKING:
    import numpy.typing as npt

    from models.classification.network import Response
    from models.survey import Survey

__all__ = ["Engine", "ImageAnalysis", "Outcome", "Refusal"]

LOG_ODDS_LIMIT = 12.0
"""Past this, float32 logits carry no more information."""


class Engine:
    """Analyses images with one artefact. Load it once per process, after any fork.

    Parameters
    ----------
    artefact
        As `registry.load` returns.
    """

    def __init__(self, artefact: registry.Artefact) -> None:
        self._artefact = artefact
        self._pins = {
            "artefact": artefact.name,
            "artefact_version": artefact.version,
            "model_sha256": artefact.manifest["files"][registry.MODEL_FILE],
            "parameters_sha256": artefact.manifest["files"][registry.PARAMETERS_FILE],
            "preprocessing_sha256": contract_sha256(),
            "code_version": code_version(),
            "numpy": np.__version__,
            "opencv": cv2.__version__,
            "litert": version("ai-edge-litert"),
        }

    @classmethod
    def load(cls, name: str | None = None, *, threads: int = 1) -> Self:
        """Load and verify an artefact and warm every stage up.

        Parameters
        ----------
        name
            Artefact name or folder; None for the one that `TELEDIAG_ARTEFACT` names, else the default.
        threads
            Threads of OpenCV and of the network.

        Raises
        ------
        ArtefactRefused
            When the artefact is not what its manifest says.
        """
        cv2.setNumThreads(threads)
        engine = cls(registry.load(name, threads=threads))
        _, encoded = cv2.imencode(".png", registry.golden_image())
        engine.analyse(encoded.tobytes())
        return engine

    def analyse(self, data: bytes) -> ImageAnalysis:
        """Analyse one encoded image.

        Parameters
        ----------
        data
            The file's bytes.

        Returns
        -------
        ImageAnalysis
            Never raises for a bad image: that is the outcome `refused` or `unsuitable`.
        """
        stopwatch = Stopwatch()
        pins = {"image_sha256": hashlib.sha256(data).hexdigest(), **self._pins}
        try:
            rgb = decode(data)
        except Refused as refused:
            stopwatch.lap("decode")
            return ImageAnalysis(
                outcome=Outcome.REFUSED,
                timings_ms=stopwatch.stop(),
                pins=pins,
                refusal=Refusal(str(refused.code), refused.sentence),
            )
        stopwatch.lap("decode")
        surveyed = survey(rgb, stopwatch)
        findings = self._classify(rgb, surveyed, stopwatch)
        return ImageAnalysis(
            quality=surveyed.quality,
            width=rgb.shape[1],
            height=rgb.shape[0],
            pins=pins,
            **findings,
            timings_ms=stopwatch.stop(),
        )

    def novelty(self, rgb: npt.NDArray[np.uint8], surveyed: Survey) -> Novelty:
        """Say how far a photograph is from the training images, and nothing else of it.

        Parameters
        ----------
        rgb : uint8 (height, width, 3)
        surveyed : Survey
            Of the same photograph.

        Returns
        -------
        Novelty
            The one that `analyse` finds.
        """
        return self._novelty(self._answers(rgb, surveyed))

    def _answers(self, rgb: npt.NDArray[np.uint8], surveyed: Survey) -> list[Response]:
        """Show the network each of the tiles."""
        return [self._artefact.network.run(prepare(tile.of(rgb))) for tile in surveyed.tiles]

    def _novelty(self, answers: list[Response]) -> Novelty:
        detector = self._artefact.parameters.novelty
        scores = detector.scores(np.stack([answer.texture for answer in answers]))
        return Novelty(score=round(float(np.median(scores)), 6), threshold=detector.threshold)

    def _classify(self, rgb: npt.NDArray[np.uint8], surveyed: Survey, stopwatch: Stopwatch) -> dict[str, Any]:
        """Return the part of the analysis that comes from the network."""
        parameters = self._artefact.parameters
        answers = self._answers(rgb, surveyed)
        logits = np.mean([answer.logits for answer in answers], axis=0)
        probabilities = parameters.calibration.probabilities(logits)
        prediction_set = parameters.calibration.prediction_set(probabilities)
        stopwatch.lap("classification")
        novelty = self._novelty(answers)
        stopwatch.lap("novelty")
        label = int(np.argmax(probabilities))
        outcome = outcome_of(
            quality_passed=surveyed.quality.passed,
            novel=novelty.is_novel,
            likeliest=LABELS[label],
            prediction_set=prediction_set,
        )
        findings: dict[str, Any] = {
            "outcome": outcome,
            "probabilities": _by_label(probabilities),
            "raw_probabilities": _by_label(softmax(logits)),
            "novelty": novelty,
            "cells": surveyed.cells,
            "warnings": surveyed.quality.notes,
        }
        if outcome in {Outcome.CLASSIFIED, Outcome.ABSTAINED}:
            size = rgb.shape[1], rgb.shape[0]
            maps = [answer.feature_map for answer in answers]
            feature_map = tiles.stitch(size, surveyed.tiles, maps, surveyed.fields)
            explained = explanation.explain(feature_map, parameters.dense, label, surveyed.segmentation.cells)
            findings |= {
                "prediction_set": prediction_set,
                "log_odds": log_odds(probabilities),
                "cells": tuple(
                    dataclasses.replace(cell, contribution=round(float(explained.contributions[cell.index - 1]), 4))
                    for cell in surveyed.cells
                ),
                "activation_map": explained.activation_map.round(4).tolist(),
                "activation_inside": round(explained.inside, 4),
                "warnings": surveyed.quality.notes + ((explained.warning,) if explained.warning else ()),
            }
            if outcome is Outcome.CLASSIFIED:
                findings |= {"predicted_class": LABELS[label], "blast_suspect": LABELS[label] != BENIGN}
        stopwatch.lap("explanation")
        return findings


def outcome_of(*, quality_passed: bool, novel: bool, likeliest: str, prediction_set: tuple[str, ...]) -> Outcome:
    """Decide how a decoded image's analysis ends; the first rule that applies decides.

    An image abstains when its set holds classes of both sides of the benign/blast line, or when its likeliest
    class does not conform (an empty set is one such case).
    """
    if not quality_passed:
        return Outcome.UNSUITABLE
    if novel:
        return Outcome.NOVEL
    crosses_the_line = BENIGN in prediction_set and len(prediction_set) > 1
    if crosses_the_line or likeliest not in prediction_set:
        return Outcome.ABSTAINED
    return Outcome.CLASSIFIED


def log_odds(probabilities: npt.NDArray[np.float64]) -> float:
    """Return the log-odds of any blast class against benign, within ±12.

    Parameters
    ----------
    probabilities : float64 (4,)
        Calibrated, in the order of `LABELS`.
    """
    benign = float(probabilities[LABELS.index(BENIGN)])
    tiny = math.exp(-2 * LOG_ODDS_LIMIT)
    value = math.log(max(1 - benign, tiny)) - math.log(max(benign, tiny))
    return round(min(max(value, -LOG_ODDS_LIMIT), LOG_ODDS_LIMIT), 6)


@cache
def code_version() -> str:
    """Return a short hash of the engine's own source, training left out."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder).as_posix()
        if not place.startswith("training/"):
            digest.update(place.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _by_label(values: npt.NDArray[np.float64]) -> dict[str, float]:
    return {label: round(float(value), 8) for label, value in zip(LABELS, values, strict=True)}
