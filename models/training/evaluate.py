"""Measure an artefact on the images that were held out from it.

    python -m models.training.evaluate --data FOLDER [--out-of-distribution FOLDER] [--write]

The split is the one that the artefact's manifest names. With --write the figures go into the manifest and the
model card is written anew.
"""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import track
from rich.table import Table

from models import registry
from models.calibration import Calibration
from models.classification.labels import BENIGN, LABELS
from models.classification.preprocessing import prepare
from models.explanation import explain
from models.segmentation import segment
from models.training import audit, data, metrics
from models.training.artefact import responses, write_manifest
from models.training.card import render_card

Images = npt.NDArray[np.uint8]


def main() -> None:
    """Measure, print, and write when asked to."""
    arguments = _arguments()
    console = Console()
    artefact = registry.load(arguments.artefact, threads=2)
    split = data.split(data.read_manifest(arguments.data), seed=artefact.manifest["split"]["seed"])
    _refuse_other_split(artefact, split)

    images, labels = data.load(split.test)
    blocks = [example.number_block for example in split.test]
    logits, scores = {}, {}
    for name, changed in track(audit.variants(images, labels), "shortcut audit", total=7, console=console):
        logits[name], textures = responses(artefact.network, changed)
        scores[name] = artefact.parameters.novelty.scores(textures)

    measured = _accuracy(logits, labels, blocks) | {
        "baselines": _baselines(split, images, labels, blocks),
        "calibration": _calibration(artefact.parameters.calibration, logits["plain"], labels),
        "selective": {
            name: _selective(artefact.parameters.calibration, given, labels) for name, given in logits.items()
        },
        "novelty": _novelty(artefact, scores, arguments.out_of_distribution),
        "calibration_part": _calibration_part(artefact, split),
        "explanation": _explanation(artefact, images),
        "fullsize": _fullsize(artefact, split),
    }
    _print(console, measured)
    if arguments.write:
        folder = registry.find(arguments.artefact)
        manifest = artefact.manifest | {"metrics": measured}
        write_manifest(folder, manifest)
        (folder / registry.CARD_FILE).write_text(render_card(manifest), encoding="utf-8")
        console.print(f"Wrote the figures and the model card into {folder.name}.")


def _refuse_other_split(artefact: registry.Artefact, split: data.Split) -> None:
    held_out = sorted({example.number_block for example in split.test})
    if held_out != artefact.manifest["split"]["parts"]["test"]["number_blocks"]:
        raise SystemExit("These are not the images that the artefact was trained on: its held-out blocks differ.")


def _accuracy(logits: dict[str, npt.NDArray[np.float32]], labels: metrics.Labels, blocks: list[str]) -> dict[str, Any]:
    predicted = {name: given.argmax(axis=1) for name, given in logits.items()}
    return {
        "balanced_accuracy": {
            name: asdict(metrics.cluster_bootstrap(metrics.balanced_accuracy, labels, given, blocks))
            for name, given in predicted.items()
        },
        "blast_sensitivity": {
            name: asdict(metrics.blast_sensitivity(labels, given)) for name, given in predicted.items()
        },
        "blast_specificity": {
            name: asdict(metrics.blast_specificity(labels, given)) for name, given in predicted.items()
        },
        "confusion": {
            name: [np.bincount(given[labels == label], minlength=len(LABELS)).tolist() for label in range(len(LABELS))]
            for name, given in predicted.items()
        },
    }


def _baselines(
    split: data.Split, images: Images, labels: metrics.Labels, blocks: list[str]
) -> dict[str, dict[str, float]]:
    training, training_labels = data.load(split.training)
    predictions = {
        "six colour statistics only": audit.colour_baseline(training, training_labels, images),
        "uncovered corner only": audit.corner_baseline(training, training_labels, images),
    }
    return {
        name: asdict(metrics.cluster_bootstrap(metrics.balanced_accuracy, labels, predicted, blocks))
        for name, predicted in predictions.items()
    }


def _calibration(calibration: Calibration, logits: npt.NDArray[np.float32], labels: metrics.Labels) -> dict[str, Any]:
    probabilities = calibration.probabilities(logits)
    sets = [calibration.prediction_set(each) for each in probabilities]
    covered = np.array([LABELS[label] in each for label, each in zip(labels, sets, strict=True)])
    return {
        "expected_calibration_error": metrics.expected_calibration_error(probabilities, labels),
        "coverage": {name: float(covered[labels == label].mean()) for label, name in enumerate(LABELS)},
    }


def _calibration_part(artefact: registry.Artefact, split: data.Split) -> dict[str, float]:
    """Return the balanced accuracy on the other number blocks that were not trained on."""
    images, labels = data.load(split.calibration)
    predicted = responses(artefact.network, images)[0].argmax(axis=1)
    blocks = [example.number_block for example in split.calibration]
    return asdict(metrics.cluster_bootstrap(metrics.balanced_accuracy, labels, predicted, blocks))


def _selective(calibration: Calibration, logits: npt.NDArray[np.float32], labels: metrics.Labels) -> dict[str, float]:
    """Share of images that get a class, and how often that class is wrong, and wrong across the line."""
    probabilities = calibration.probabilities(logits)
    predicted = probabilities.argmax(axis=1)
    likeliest = [LABELS[label] for label in predicted]
    sets = [calibration.prediction_set(each) for each in probabilities]
    answered = np.array(
        [label in each and not (BENIGN in each and len(each) > 1) for label, each in zip(likeliest, sets, strict=True)]
    )
    wrong = answered & (predicted != labels)
    benign = LABELS.index(BENIGN)
    across = answered & ((predicted == benign) != (labels == benign))
    return {
        "coverage": float(answered.mean()),
        "error": float(wrong.sum() / max(answered.sum(), 1)),
        "error_across_the_line": float(across.sum() / max(answered.sum(), 1)),
    }


def _novelty(
    artefact: registry.Artefact, scores: dict[str, npt.NDArray[np.float64]], folder: Path | None
) -> dict[str, Any]:
    detector = artefact.parameters.novelty
    rejected = {f"held out, {name}": float((given > detector.threshold).mean()) for name, given in scores.items()}
    aurocs = {}
    for kind in sorted(folder.iterdir()) if folder else []:
        if not kind.is_dir():
            continue
        files = sorted(path for path in kind.iterdir() if path.suffix in {".jpg", ".png"})
        foreign = np.array(
            [detector.score(artefact.network.run(prepare(data.read_image(path))).texture) for path in files]
        )
        rejected[kind.name] = float((foreign > detector.threshold).mean())
        aurocs[kind.name] = metrics.auroc(scores["plain"], foreign)
    return {"rejected": rejected, "auroc": aurocs}


def _explanation(artefact: registry.Artefact, images: Images) -> dict[str, float]:
    """Tell whether activation maps prefer cells: energy inside them, and what an even spread would give."""
    explained = []
    for image in images:
        response = artefact.network.run(prepare(image))
        label = int(response.logits.argmax())
        explained.append(explain(response.feature_map, artefact.parameters.dense, label, segment(image).cells))
    return {
        "inside": float(np.mean([each.inside for each in explained])),
        "inside_if_even": float(np.mean([each.even for each in explained])),
        "warned": float(np.mean([each.warning is not None for each in explained])),
    }


def _fullsize(artefact: registry.Artefact, split: data.Split) -> dict[str, float]:
    """Compare 224-pixel images with their originals, whatever part of the split they are in."""
    examples = split.training + split.calibration + split.test + split.set_aside
    pairs = [(example.path, example.fullsize) for example in examples if example.fullsize]
    calibration = artefact.parameters.calibration
    both = np.array(
        [
            [calibration.probabilities(artefact.network.run(prepare(data.read_image(path))).logits) for path in pair]
            for pair in pairs
        ]
    )
    same = both[:, 0].argmax(axis=1) == both[:, 1].argmax(axis=1)
    return {
        "pairs": len(pairs),
        "same_class": int(same.sum()),
        "largest_probability_difference": float(np.abs(both[:, 0] - both[:, 1]).max()),
    }


def _print(console: Console, measured: dict[str, Any]) -> None:
    table = Table(title="Held-out number runs (95 % intervals)")
    for column in ("images", "balanced accuracy", "blast sensitivity", "blast specificity", "answered", "error"):
        table.add_column(column)
    for name, accuracy in measured["balanced_accuracy"].items():
        selective = measured["selective"][name]
        table.add_row(
            name,
            str(metrics.Estimate(**accuracy)),
            str(metrics.Estimate(**measured["blast_sensitivity"][name])),
            str(metrics.Estimate(**measured["blast_specificity"][name])),
            f"{selective['coverage']:.3f}",
            f"{selective['error']:.3f}",
        )
    for name, accuracy in measured["baselines"].items():
        table.add_row(f"baseline: {name}", str(metrics.Estimate(**accuracy)), "", "", "", "")
    console.print(table)
    rest = {
        name: measured[name]
        for name in ("confusion", "calibration", "calibration_part", "novelty", "explanation", "fullsize")
    }
    console.print_json(json.dumps(rest), indent=None)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.evaluate", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the images")
    parser.add_argument("--out-of-distribution", type=Path, help="folder of folders of foreign images")
    parser.add_argument("--artefact", help="name or folder; the default one when left out")
    parser.add_argument("--write", action="store_true", help="put the figures into manifest and card")
    return parser.parse_args()


if __name__ == "__main__":
    main()
