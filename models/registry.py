"""Finds an artefact and refuses it unless every part of it is what its manifest says.

An artefact is a folder: `model.tflite` (the network), `parameters.npz` (temperature, conformal and novelty
thresholds, last layer), `manifest.json` (hashes, labels, preprocessing contract, data, split, metrics, golden
answer) and `card.md`.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.calibration import Calibration, softmax
from models.classification.labels import LABELS
from models.classification.network import Network, Response
from models.classification.preprocessing import SIZE, contract_sha256, prepare
from models.novelty import NoveltyDetector

FOLDER = Path(__file__).parent / "artefacts"
DEFAULT = "mobilenet-v2-1.0.0"
OVERRIDE = "TELEDIAG_ARTEFACT"
"""Environment variable: the name of an artefact in `FOLDER`, or a folder elsewhere."""
MODEL_FILE = "model.tflite"
PARAMETERS_FILE = "parameters.npz"
MANIFEST_FILE = "manifest.json"
CARD_FILE = "card.md"
LOGIT_TOLERANCE = 1e-4
PROBABILITY_TOLERANCE = 1e-5


class ArtefactRefused(RuntimeError):  # noqa: N818 - the operator's word for it
    """An artefact that must not be used. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Everything besides the network that decides an image's result.

    Attributes
    ----------
    calibration
        Temperature and conformal thresholds.
    novelty
        Whitening, centres and threshold.
    dense : float32 (D, 4)
        Last layer of the network, for the class-activation map.
    """

    calibration: Calibration
    novelty: NoveltyDetector
    dense: npt.NDArray[np.float32]

    def to_bytes(self) -> bytes:
        """Write as npz; the same values give the same bytes."""
        buffer = io.BytesIO()
        arrays: dict[str, Any] = {
            "temperature": np.float64(self.calibration.temperature),
            "level": np.float64(self.calibration.level),
            "thresholds": np.array(self.calibration.thresholds),
            "dense": self.dense,
            **{f"novelty_{name}": value for name, value in self.novelty.arrays().items()},
        }
        np.savez(buffer, allow_pickle=False, **arrays)
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Parameters:
        """Read what `to_bytes` wrote."""
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            calibration = Calibration(
                temperature=float(stored["temperature"]),
                level=float(stored["level"]),
                thresholds=tuple(float(threshold) for threshold in stored["thresholds"]),
            )
            prefix = "novelty_"
            novelty = NoveltyDetector.from_arrays(
                {name.removeprefix(prefix): stored[name] for name in stored.files if name.startswith(prefix)}
            )
            return cls(calibration, novelty, stored["dense"])


@dataclass(frozen=True, slots=True)
class Artefact:
    """A verified artefact, loaded."""

    name: str
    version: str
    network: Network
    parameters: Parameters
    manifest: dict[str, Any]


def names() -> tuple[str, ...]:
    """Return the names of the artefacts that are shipped."""
    return tuple(sorted(manifest.parent.name for manifest in FOLDER.glob(f"*/{MANIFEST_FILE}")))


def find(name: str | None = None) -> Path:
    """Return the folder of an artefact: as asked for, else by `TELEDIAG_ARTEFACT`, else the default.

    Raises
    ------
    ArtefactRefused
        When there is none.
    """
    asked = name or os.environ.get(OVERRIDE) or DEFAULT
    for folder in (FOLDER / asked, Path(asked)):
        if (folder / MANIFEST_FILE).is_file():
            return folder
    raise ArtefactRefused(
        f"There is no artefact {asked!r}: name one of {', '.join(names()) or 'none shipped'}, "
        f"or a folder that holds a {MANIFEST_FILE}."
    )


def load(name: str | None = None, *, threads: int = 1) -> Artefact:
    """Load an artefact after checking it.

    Parameters
    ----------
    name
        Name of a shipped artefact or path of a folder; see `find`.
    threads
        Threads of one forward pass.

    Raises
    ------
    ArtefactRefused
        When a file is missing or changed, when labels or preprocessing are not those of this code, or when
        the network does not give the golden answer on this machine.
    """
    folder = find(name)
    manifest = _read_manifest(folder)
    model = _checked(folder, MODEL_FILE, manifest)
    parameters = Parameters.from_bytes(_checked(folder, PARAMETERS_FILE, manifest))
    if tuple(manifest["labels"]) != LABELS:
        raise ArtefactRefused(
            f"The artefact {folder.name} was trained for other classes than this code reports: "
            "install the code version that its card names."
        )
    if manifest["preprocessing"]["sha256"] != contract_sha256():
        raise ArtefactRefused(
            f"The artefact {folder.name} was trained on images prepared in another way than this code does: "
            "train it again or install the code version that its card names."
        )
    network = Network(model, threads=threads)
    _check_golden(folder, network.run(prepare(golden_image())), parameters.calibration, manifest["golden"])
    return Artefact(manifest["name"], manifest["version"], network, parameters, manifest)


def golden_image() -> npt.NDArray[np.uint8]:
    """Return the fixed image whose answer every machine must reproduce: waves, uint8 (224, 224, 3)."""
    rows, columns = np.mgrid[0:SIZE, 0:SIZE]
    waves = [(rows * (3 + channel) + columns * (5 - channel)) % 256 for channel in range(3)]
    return np.stack(waves, axis=2).astype(np.uint8)


def golden_answer(response: Response, calibration: Calibration) -> dict[str, list[float]]:
    """Return what a manifest stores of the network's answer to the golden image."""
    return {
        "logits": [float(value) for value in response.logits],
        "raw_probabilities": [float(value) for value in softmax(response.logits)],
        "probabilities": [float(value) for value in calibration.probabilities(response.logits)],
    }


def sha256(content: bytes) -> str:
    """Return the sha256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ArtefactRefused(
            f"The manifest of {folder.name} is not readable JSON: restore the folder from the release."
        ) from error
    missing = {"name", "version", "labels", "preprocessing", "files", "golden"} - manifest.keys()
    if missing:
        raise ArtefactRefused(
            f"The manifest of {folder.name} lacks {', '.join(sorted(missing))}: restore the folder from the release."
        )
    return manifest


def _checked(folder: Path, file: str, manifest: dict[str, Any]) -> bytes:
    try:
        content = (folder / file).read_bytes()
    except FileNotFoundError as error:
        raise ArtefactRefused(
            f"The artefact {folder.name} has no {file}: restore the folder from the release."
        ) from error
    if sha256(content) != manifest["files"].get(file):
        raise ArtefactRefused(
            f"{file} of the artefact {folder.name} is not the file that its manifest was written for: "
            "restore the folder from the release."
        )
    return content


def _check_golden(folder: Path, response: Response, calibration: Calibration, golden: dict[str, list[float]]) -> None:
    answer = golden_answer(response, calibration)
    tolerances = {
        "logits": LOGIT_TOLERANCE,
        "raw_probabilities": PROBABILITY_TOLERANCE,
        "probabilities": PROBABILITY_TOLERANCE,
    }
    for name, tolerance in tolerances.items():
        if not np.allclose(answer[name], golden[name], rtol=0, atol=tolerance):
            raise ArtefactRefused(
                f"The artefact {folder.name} does not give its golden answer on this machine ({name} differ): "
                "reinstall the requirements, and report the processor if that does not help."
            )
