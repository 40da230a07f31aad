"""The whole measurement of one architecture: networks and images in, evaluation and what is shipped out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from models.analysis import code_version
from models.explanation import INSIDE_LIMIT
from models.training import audit, baseline_figures, cases, doubt, figures
from models.training.answers import Trained
from models.training.artefact import Shipment
from models.training.asking import FULL_SIZE, WHOLE, Crew, Measured, rotation_name
from models.training.crossfit import by_rotation, judge, thresholds
from models.training.figures import Subject, plain_json

if TYPE_CHECKING:
    from pathlib import Path

    from rich.progress import Progress

    from models.novelty import NoveltyDetector
    from models.training.answers import Answers
    from models.training.crossfit import Thresholds
    from models.training.data import Example, Rotation

IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png"}


@dataclass(frozen=True)
class Plan:
    """What to measure.

    Attributes
    ----------
    architecture
        Name in `ARCHITECTURES`.
    work
        Folder of the trained networks, one folder for each architecture.
    examples, rotations
        All images, and what is held out when.
    foreign
        Folder of folders of foreign images; None for none.
    base
        ImageNet weights of the frozen-feature baseline; None leaves it out.
    seed
        Decides the donors of colours and corners.
    processes
        How many ask at the same time.
    limit
        Images of each rotation to measure; None for all.
    """

    architecture: str
    work: Path
    examples: tuple[Example, ...]
    rotations: tuple[Rotation, ...]
    foreign: Path | None
    base: Path | None
    seed: int
    processes: int
    limit: int | None

    @property
    def folder(self) -> Path:
        """Return the folder of this architecture's networks."""
        return self.work / self.architecture

    def missing(self) -> list[str]:
        """Name the network files that are not there."""
        names = [*(rotation_name(turn) for turn in range(len(self.rotations))), WHOLE]
        files = [f"{name}{suffix}" for name in names for suffix in (".tflite", ".npz")]
        return [file for file in files if not (self.folder / file).is_file()]

    @cached_property
    def measured(self) -> Measured:
        """Return the images to measure."""
        held_out = [_thinned(rotation.held_out, self.limit) for rotation in self.rotations]
        turns = np.concatenate([np.full(len(part), turn) for turn, part in enumerate(held_out)]).astype(np.intp)
        examples = tuple(example for part in held_out for example in part)
        labels = np.array([example.label for example in examples], dtype=np.intp)
        return Measured(
            examples=examples,
            turns=turns,
            donors=audit.donors(labels, turns, seed=self.seed),
            training=tuple(
                _thinned(rotation.training, None if self.limit is None else 4 * self.limit)
                for rotation in self.rotations
            ),
        )

    def foreign_files(self) -> dict[str, list[Path]]:
        """Return the foreign images by folder."""
        folders = sorted(each for each in self.foreign.iterdir() if each.is_dir()) if self.foreign else []
        return {
            folder.name: sorted(file for file in folder.rglob("*") if file.suffix.lower() in IMAGE_SUFFIXES)
            for folder in folders
        }


def measure(plan: Plan, progress: Progress) -> tuple[dict[str, Any], Shipment]:
    """Ask, set thresholds, and count."""
    measured = plan.measured
    subject = Subject(measured.labels, measured.turns, tuple(example.number_block for example in measured.examples))
    files = plan.foreign_files()
    detectors, answers, foreign = _ask(plan, progress, [file for every in files.values() for file in every])

    plain = answers[audit.PLAIN][1]
    fitted = by_rotation(plain, measured.examples, subject.labels, plan.rotations)
    judged = judge(plain, subject.turns, fitted)
    shipped = thresholds(plain, subject.labels)
    simulated = cases.simulate(judged, plain.leukocytes, subject.labels, subject.blocks, subject.turns)
    rules = [cases.fit([case for case in simulated if case.turn != turn]) for turn in range(len(plan.rotations))]
    full_rows, full = answers.get(FULL_SIZE, (np.zeros(0, dtype=np.intp), None))
    evaluation = {
        "architecture": plan.architecture,
        "engine": code_version(),
        "seed": plan.seed,
        "data": {
            "images": len(measured.examples),
            "number_blocks": len(set(subject.blocks)),
            "rotations": len(plan.rotations),
            "held_out": [len(rotation.held_out) for rotation in plan.rotations],
            "set_aside": [len(rotation.set_aside) for rotation in plan.rotations],
        },
        "bytes": (plan.folder / f"{WHOLE}.tflite").stat().st_size,
        "audit": figures.audit(answers, subject, fitted),
        "baselines": baseline_figures.measure(plan, subject, progress),
        "blast_suspect": figures.blast_suspect(judged, subject),
        "calibration": doubt.calibration(judged, subject, fitted),
        "selective": doubt.selective(plain, measured.examples, subject, plan.rotations, judged),
        "novelty": doubt.novelty(plain, judged, subject, fitted, _by_folder(files, foreign, shipped)),
        "quality": doubt.quality(answers, plain, subject),
        "full_size": figures.full_size(plain.take(full_rows), full, subject.take(full_rows), fitted) if full else None,
        "explanation": figures.explanation(plain, subject, INSIDE_LIMIT),
        "cases": cases.figures(simulated, rules),
        "shipped": {
            "temperature": shipped.calibration.temperature,
            "conformal_thresholds": shipped.calibration.thresholds,
            "novelty_threshold": shipped.novelty,
        },
    }
    trained = Trained.read(plan.folder, WHOLE)
    return plain_json(evaluation), Shipment(plan.architecture, trained, detectors[WHOLE], shipped, cases.fit(simulated))


def _ask(
    plan: Plan, progress: Progress, files: list[Path]
) -> tuple[dict[str, NoveltyDetector], dict[str, tuple[Any, Answers]], dict[str, Answers]]:
    measured = plan.measured

    def crew(what: str, images: int) -> Crew:
        task = progress.add_task(what, total=images)
        return Crew(
            plan.folder,
            measured,
            processes=plan.processes,
            advance=lambda count: progress.advance(task, count),
        )

    trained_on = sum(len(part) for part in measured.training) + len(measured.examples)
    detectors = crew("training images, for the novelty check", trained_on).detectors()
    answers = crew("held-out images, in every change", len(measured.examples)).held_out(detectors)
    if not files:
        return detectors, answers, {}
    return detectors, answers, crew("foreign images", len(files) * len(detectors)).foreign(detectors, files)


def _by_folder(
    files: dict[str, list[Path]], answers: dict[str, Answers], shipped: Thresholds
) -> dict[str, tuple[list[Answers], Answers, Thresholds]]:
    """Share the answers out to the folders that the files came from."""
    found, start = {}, 0
    for name, every in files.items():
        rows = np.arange(start, start + len(every))
        by_network = {network: answer.take(rows) for network, answer in answers.items()}
        found[name] = (
            [answer for network, answer in by_network.items() if network != WHOLE],
            by_network[WHOLE],
            shipped,
        )
        start += len(every)
    return found


def _thinned(examples: tuple[Example, ...], limit: int | None) -> tuple[Example, ...]:
    """Leave about so many, evenly spread and of every class."""
    if limit is None or len(examples) <= limit:
        return examples
    by_label = sorted(examples, key=lambda example: example.label)
    rows = np.linspace(0, len(examples) - 1, limit).round().astype(int)
    return tuple(by_label[row] for row in rows)
