"""The baselines under the rotations of the networks, kept in the work folder: they are the same for all networks."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from models.training import audit, baselines, colour, data
from models.training.artefact import write_json
from models.training.figures import plain_json

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt
    from rich.progress import Progress

    from models.training.baselines import Features
    from models.training.figures import Subject
    from models.training.measuring import Plan

    Image = npt.NDArray[np.uint8]
    Classifier = Callable[[Features, npt.NDArray[np.intp], Features], npt.NDArray[np.intp]]

FILE = "baselines.json"
COLOURS, CORNER, FROZEN = "six colour statistics only", "uncovered corner only", "frozen ImageNet features"


def measure(plan: Plan, subject: Subject, progress: Progress) -> dict[str, Any]:
    """Return the balanced accuracy of each baseline, measured anew only when something it rests on has changed."""
    file, key = plan.work / FILE, _key(plan)
    if file.is_file():
        kept = json.loads(file.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return dict(kept["balanced_accuracy"])
    measured = plan.measured
    features = _features(plan, progress)
    draws, told = subject.draws(), {}
    for name, (learned_from, asked, classifier) in features.items():
        predicted = np.zeros(len(subject.labels), dtype=np.intp)
        for turn, rotation in enumerate(plan.rotations):
            allowed = set(rotation.training)
            known = np.array([row for row, example in enumerate(measured.examples) if example in allowed])
            rows = np.flatnonzero(measured.turns == turn)
            predicted[rows] = classifier(learned_from[known], subject.labels[known], asked[rows])
        told[name] = plain_json(draws.balanced_accuracy(predicted))
    write_json(file, {"key": key, "balanced_accuracy": told})
    return told


def _features(plan: Plan, progress: Progress) -> dict[str, tuple[Features, Features, Classifier]]:
    """Return, by baseline, the features to learn from, those to be asked of, and the classifier."""
    task = progress.add_task("baselines", total=len(plan.measured.examples) * (1 + 3 * (plan.base is not None)))
    images = data.load(plan.measured.examples, tick=lambda: progress.advance(task))[0]
    colours, corners = baselines.colour_features(images), baselines.corner_features(images)
    told: dict[str, tuple[Features, Features, Classifier]] = {
        COLOURS: (colours, colours, baselines.nearest),
        CORNER: (corners, corners, baselines.nearest),
    }
    if plan.base is not None:
        frozen = baselines.FrozenFeatures(plan.base)
        changes: dict[str, Callable[[int], Image]] = {
            audit.PLAIN: lambda row: images[row],
            audit.GREY: lambda row: colour.grey(images[row]),
            audit.SWAPPED: lambda row: colour.put(images[row], colour.statistics(images[plan.measured.donors[row]])),
        }
        plain = np.zeros((0, 0), dtype=np.float32)
        for name, change in changes.items():
            asked = frozen.of(map(change, range(len(images))), tick=lambda count: progress.advance(task, count))
            plain = asked if name == audit.PLAIN else plain
            told[f"{FROZEN}, {name}"] = (plain, asked, _linear)
    return told


def _linear(known: Features, labels: npt.NDArray[np.intp], asked: Features) -> npt.NDArray[np.intp]:
    return baselines.LinearHead(known, labels).predict(asked)


def _key(plan: Plan) -> str:
    """Return a hash of the images, of their rotations and of the code that decide the figures."""
    digest = hashlib.sha256()
    for example in plan.measured.examples:
        digest.update(f"{example.path.name} {example.number_block} {example.overlap_group}\n".encode())
    digest.update(plan.measured.turns.tobytes() + plan.measured.donors.tobytes())
    for name in ("audit.py", "baselines.py", "baseline_figures.py", "colour.py", "data.py", "metrics.py"):
        digest.update((Path(__file__).parent / name).read_bytes())
    if plan.base is not None:
        digest.update(plan.base.read_bytes())
    return digest.hexdigest()[:16]
