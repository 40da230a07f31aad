"""Writes the folder that is shipped: the network of all images, and thresholds from out-of-fold answers alone."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models import registry
from models.classification.labels import LABELS
from models.classification.network import Network
from models.classification.preprocessing import CONTRACT, contract_sha256, prepare
from models.training.crossfit import NOVEL_SHARE

if TYPE_CHECKING:
    from pathlib import Path

    from models.case import CaseRule
    from models.novelty import NoveltyDetector
    from models.training.answers import Trained
    from models.training.crossfit import Thresholds

CITATION = "Aria, Ghaderzadeh et al. 2021, doi:10.1002/int.22753, data doi:10.34740/KAGGLE/DSV/2175623"
_TAUGHT = "started from random numbers, and learned from the labels and from the default's answers and features"
ORIGINS = {
    "mobilenet-v2": "started from MobileNetV2 1.0 224 trained on ImageNet, rebuilt from the 8-bit checkpoint of "
    "google-coral/test_data (Apache-2.0)",
    "convnet": _TAUGHT,
    "vgg19": f"{_TAUGHT}; an eighth as wide as published, on the image at half its size",
    "resnet50": f"{_TAUGHT}; a quarter as wide as published, on the image at half its size",
}


def origin_of(architecture: str) -> str:
    """Tell what the weights of an architecture that is shipped here were before they were trained."""
    return ORIGINS[architecture]


@dataclass(frozen=True, slots=True)
class Shipment:
    """What goes into an artefact.

    Attributes
    ----------
    architecture
        Name in `ARCHITECTURES`.
    trained
        The network that was trained on all images.
    detector
        Spread of all images as that network sees them.
    thresholds
        From all out-of-fold answers.
    rule
        The case rule, from cases of out-of-fold answers.
    """

    architecture: str
    trained: Trained
    detector: NoveltyDetector
    thresholds: Thresholds
    rule: CaseRule

    @property
    def parameters(self) -> registry.Parameters:
        """Return what is stored beside the network."""
        detector = dataclasses.replace(self.detector, threshold=self.thresholds.novelty)
        return registry.Parameters(self.thresholds.calibration, detector, self.trained.dense)


def write(folder: Path, shipment: Shipment, evaluation: dict[str, Any]) -> None:
    """Write model, parameters and manifest into a folder named `<architecture>-<version>`.

    Raises
    ------
    SystemExit
        When the folder is named otherwise.
    """
    architecture, _, version = folder.resolve().name.rpartition("-")
    if architecture != shipment.architecture:
        raise SystemExit(f"Name the artefact's folder {shipment.architecture}-VERSION, not {folder.resolve().name}.")
    parameters = shipment.parameters
    stored = parameters.to_bytes()
    golden = Network(shipment.trained.model).run(prepare(registry.golden_image()))
    manifest = {
        "name": folder.resolve().name,
        "version": version,
        "architecture": architecture,
        "labels": list(LABELS),
        "preprocessing": {"sha256": contract_sha256(), "contract": CONTRACT},
        "files": {
            registry.MODEL_FILE: registry.sha256(shipment.trained.model),
            registry.PARAMETERS_FILE: registry.sha256(stored),
        },
        "golden": registry.golden_answer(golden, parameters.calibration),
        "calibration": {
            "temperature": parameters.calibration.temperature,
            "level": parameters.calibration.level,
            "thresholds": dict(zip(LABELS, parameters.calibration.thresholds, strict=True)),
        },
        "novelty": {"threshold": parameters.novelty.threshold, "out_of_fold_share_rejected": NOVEL_SHARE},
        "case_rule": {
            "flag_threshold": shipment.rule.flag_threshold,
            "top_three_threshold": shipment.rule.top_three_threshold,
        },
        "weights_origin": origin_of(architecture),
        "data": {"citation": CITATION, "images": evaluation["data"]["images"]},
        "training": {"seed": evaluation["seed"], "images": "all", "rotations": evaluation["data"]["rotations"]},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / registry.MODEL_FILE).write_bytes(shipment.trained.model)
    (folder / registry.PARAMETERS_FILE).write_bytes(stored)
    write_json(folder / registry.MANIFEST_FILE, manifest)


def write_json(file: Path, content: dict[str, Any]) -> None:
    """Write JSON so that a change of one figure is a change of one line."""
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
