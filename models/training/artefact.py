"""Calibrates an exported network and writes the folder that is shipped."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models import calibration, registry
from models.classification.labels import LABELS
from models.classification.network import Network
from models.classification.preprocessing import CONTRACT, contract_sha256, prepare
from models.novelty import NoveltyDetector
from models.registry import Parameters
from models.training import data
from models.training.export import Exported

LEVEL = 0.95
"""Coverage per class of the prediction set."""
NOVEL_SHARE = 0.02
"""Share of calibration images that the novelty threshold gives up."""
CITATION = "Aria, Ghaderzadeh et al. 2021, doi:10.1002/int.22753, data doi:10.34740/KAGGLE/DSV/2175623"
WEIGHTS_ORIGIN = (
    "MobileNetV2 1.0 224 trained on ImageNet, rebuilt from the 8-bit checkpoint of google-coral/test_data (Apache-2.0)"
)


def responses(
    network: Network, images: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Run a network over (N, H, W, 3) images; return logits (N, 4) and textures (N, 2C)."""
    given = [network.run(prepare(image)) for image in images]
    return np.stack([each.logits for each in given]), np.stack([each.texture for each in given])


def write_artefact(folder: Path, exported: Exported, split: data.Split, *, architecture: str, seed: int) -> None:
    """Calibrate a network and write model, parameters and manifest.

    Temperature, conformal thresholds and novelty threshold come from the calibration part; the novelty
    detector's reference from the training part. The test part is not looked at.

    Parameters
    ----------
    folder
        Named `<architecture>-<version>`; made when missing.
    exported
        The network.
    split
        As it was trained on.
    architecture
        Name in `ARCHITECTURES`.
    seed
        Of split and training.
    """
    network = Network(exported.model, threads=2)
    _, reference = responses(network, data.load(split.training)[0])
    images, labels = data.load(split.calibration)
    logits, textures = responses(network, images)
    parameters = Parameters(
        calibration=calibration.fit(logits, labels, level=LEVEL),
        novelty=NoveltyDetector.fit(reference, textures, rejected=NOVEL_SHARE),
        dense=exported.dense,
    )
    stored = parameters.to_bytes()
    golden = Network(exported.model).run(prepare(registry.golden_image()))
    manifest = {
        "name": folder.name,
        "version": folder.name.rpartition("-")[2],
        "architecture": architecture,
        "labels": list(LABELS),
        "preprocessing": {"sha256": contract_sha256(), "contract": CONTRACT},
        "files": {
            registry.MODEL_FILE: registry.sha256(exported.model),
            registry.PARAMETERS_FILE: registry.sha256(stored),
        },
        "golden": registry.golden_answer(golden, parameters.calibration),
        "calibration": {
            "temperature": parameters.calibration.temperature,
            "level": parameters.calibration.level,
            "thresholds": dict(zip(LABELS, parameters.calibration.thresholds, strict=True)),
        },
        "novelty": {"threshold": parameters.novelty.threshold, "calibration_share_rejected": NOVEL_SHARE},
        "weights_origin": WEIGHTS_ORIGIN,
        "data": {"citation": CITATION, "images": sum(len(part) for part in _parts(split).values())},
        "split": {"seed": seed, "parts": _described(split)},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / registry.MODEL_FILE).write_bytes(exported.model)
    (folder / registry.PARAMETERS_FILE).write_bytes(stored)
    write_manifest(folder, manifest)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest so that a change of one figure is a change of one line."""
    (folder / registry.MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _parts(split: data.Split) -> dict[str, tuple[data.Example, ...]]:
    return {
        "training": split.training,
        "calibration": split.calibration,
        "test": split.test,
        "set_aside": split.set_aside,
    }


def _described(split: data.Split) -> dict[str, dict[str, Any]]:
    described = {}
    for name, part in _parts(split).items():
        counts = np.bincount([example.label for example in part], minlength=len(LABELS))
        described[name] = {
            "images": dict(zip(LABELS, counts.tolist(), strict=True)),
            "number_blocks": sorted({example.number_block for example in part}),
        }
    return described
