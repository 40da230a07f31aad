"""What the engine says of images before any threshold is applied: the raw material of every figure.

The engine is the one in use, built around a rotation's network with its thresholds wide open; the thresholds come
afterwards, from other rotations (`crossfit`).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from models import explanation
from models.analysis import Engine
from models.calibration import Calibration, softmax
from models.classification.labels import LABELS
from models.classification.network import Network
from models.classification.preprocessing import prepare
from models.novelty import NoveltyDetector
from models.registry import MODEL_FILE, PARAMETERS_FILE, Artefact, Parameters, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from models.result import ImageAnalysis

OPEN = Calibration(temperature=1.0, level=1.0, thresholds=(1.0,) * len(LABELS))
"""Leaves the logits as they are and excludes no class."""
SMALLEST = 1e-8
"""The engine rounds probabilities to eight decimals."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the engine says of N images.

    Attributes
    ----------
    logits : float64 (N, 4)
        Up to a constant per image.
    scores : float64 (N,)
        Novelty.
    reasons
        Codes of the quality gate's reasons against each image; none when it passed or was not asked.
    leukocytes : intp (N,)
        Cells found; 0 when not asked.
    inside, even : float64 (N,)
        Share of the activation map's energy inside cells, and what an even spread would give; not a number when there
        is no map.
    """

    logits: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    reasons: tuple[tuple[str, ...], ...]
    leukocytes: npt.NDArray[np.intp]
    inside: npt.NDArray[np.float64]
    even: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.logits)

    @property
    def passed(self) -> npt.NDArray[np.bool_]:
        """Whether the quality gate has nothing against each image, bool (N,)."""
        return np.array([not codes for codes in self.reasons], dtype=np.bool_)

    def take(self, rows: npt.NDArray[np.intp]) -> Answers:
        """Return the answers of some rows, in that order."""
        return Answers(
            self.logits[rows],
            self.scores[rows],
            tuple(self.reasons[row] for row in rows),
            self.leukocytes[rows],
            self.inside[rows],
            self.even[rows],
        )


def join(parts: Sequence[Answers]) -> Answers:
    """Put answers one after another."""
    return Answers(
        np.concatenate([part.logits for part in parts]),
        np.concatenate([part.scores for part in parts]),
        tuple(codes for part in parts for codes in part.reasons),
        np.concatenate([part.leukocytes for part in parts]),
        np.concatenate([part.inside for part in parts]),
        np.concatenate([part.even for part in parts]),
    )


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained network as it lies in the work folder."""

    model: bytes
    dense: npt.NDArray[np.float32]

    @classmethod
    def read(cls, folder: Path, name: str) -> Trained:
        """Read `<name>.tflite` and `<name>.npz`."""
        with np.load(folder / f"{name}.npz", allow_pickle=False) as stored:
            return cls((folder / f"{name}.tflite").read_bytes(), stored["dense"])


def textures(network: Network, images: Sequence[npt.NDArray[np.uint8]]) -> npt.NDArray[np.float32]:
    """Return what the novelty check looks at, float32 (N, 2C)."""
    return np.stack([network.run(prepare(image)).texture for image in images])


def reference(training: npt.NDArray[np.float32], threshold: float = np.inf) -> NoveltyDetector:
    """Learn the spread of the training textures (N, F), the threshold given."""
    return dataclasses.replace(NoveltyDetector.fit(training, training, rejected=0.0), threshold=threshold)


class Probe:
    """The engine around one trained network, with its thresholds open.

    Parameters
    ----------
    trained
        The network.
    detector
        Its training images' spread.
    """

    def __init__(self, trained: Trained, detector: NoveltyDetector) -> None:
        detector = dataclasses.replace(detector, threshold=np.inf)
        self._parameters = Parameters(OPEN, detector, trained.dense)
        self._network = Network(trained.model)
        files = {MODEL_FILE: sha256(trained.model), PARAMETERS_FILE: ""}
        self._engine = Engine(Artefact("rotation", "0", self._network, self._parameters, {"files": files}))

    def whole(self, rgb: npt.NDArray[np.uint8]) -> Answers:
        """Ask the whole engine of one image of any size."""
        _, encoded = cv2.imencode(".bmp", rgb[..., ::-1])
        said = self._engine.analyse(encoded.tobytes())
        if said.quality is None or said.novelty is None:
            raise ValueError(f"The engine refused an image that was read here: {said.refusal}")
        probabilities = np.array([said.raw_probabilities[label] for label in LABELS])
        return Answers(
            logits=np.log(np.maximum(probabilities, SMALLEST))[None],
            scores=np.array([said.novelty.score]),
            reasons=(tuple(reason.code for reason in said.quality.reasons),),
            leukocytes=np.array([len(said.cells)]),
            inside=np.array([np.nan if said.activation_inside is None else said.activation_inside]),
            even=np.array([_even(said)]),
        )

    def network_only(self, rgb: npt.NDArray[np.uint8]) -> Answers:
        """Ask the network and the novelty check alone, as the engine does of an image of the training scale."""
        response = self._network.run(prepare(rgb))
        return Answers(
            logits=np.log(np.maximum(softmax(response.logits), SMALLEST))[None],
            scores=np.array([round(self._parameters.novelty.score(response.texture), 6)]),
            reasons=((),),
            leukocytes=np.zeros(1, dtype=np.intp),
            inside=np.full(1, np.nan),
            even=np.full(1, np.nan),
        )

    def asker(self, *, is_whole: bool) -> Callable[[npt.NDArray[np.uint8]], Answers]:
        """Return one of the two ways to ask."""
        return self.whole if is_whole else self.network_only


def _even(said: ImageAnalysis) -> float:
    """Return the share of the map's squares that hold cells: what an even spread would give."""
    if said.activation_map is None:
        return float("nan")
    cells = np.zeros((said.height, said.width), dtype=np.int32)
    for cell in said.cells:
        cv2.fillPoly(cells, [np.asarray(cell.contour, np.int32)], cell.index)
    flat = np.ones((*np.shape(said.activation_map), 1), dtype=np.float32)
    return explanation.explain(flat, np.eye(1, len(LABELS), dtype=np.float32), 0, cells).even
