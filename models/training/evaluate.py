"""Measure an architecture on rotations of held-out number runs, and write what is shipped.

    python -m models.training.evaluate --data FOLDER --out-of-distribution FOLDER --work FOLDER [--artefact DIR --write]
    python -m models.training.evaluate --table

The work folder holds the trained networks; what is missing there is trained first. Evaluation, card and plots are
written beside them, and with --write into the artefact's folder together with the network of all images. With the
same seed, machine and library versions the same files come out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from models.architectures import ARCHITECTURES, DEFAULT
from models.classification.labels import LABELS
from models.training import artefact, data, report, table
from models.training.card import shown
from models.training.marks import marks
from models.training.measuring import Plan, measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

SEED = 2026
ROTATIONS = 5


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    asked = _arguments(arguments)
    console = Console()
    if asked.table:
        table.write()
        console.print(f"Wrote the comparison table into {table.PAGE.name}.")
        return
    examples = data.read_manifest(asked.data)
    plan = Plan(
        architecture=asked.architecture,
        work=asked.work,
        examples=examples,
        rotations=data.rotations(examples, seed=asked.seed, count=asked.rotations),
        foreign=asked.out_of_distribution,
        base=asked.base,
        seed=asked.seed,
        processes=asked.processes,
        limit=asked.limit,
    )
    _train_missing(plan)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    ) as progress:
        evaluation, shipment = measure(plan, progress)
    report.write(plan.folder / "report", evaluation)
    _print(console, evaluation)
    console.print(f"Wrote evaluation, card and plots into {plan.folder / 'report'}.")
    if asked.write:
        artefact.write(asked.artefact, shipment, evaluation)
        report.write(asked.artefact, evaluation)
        console.print(f"Wrote the artefact {asked.artefact.name}. Put it into the table: --table")


def _train_missing(plan: Plan) -> None:
    if plan.missing():
        # Only here: TensorFlow takes seconds to load, and measuring does not need it.
        from models.training.train import ensure

        # The weights are the default's; what learns from the default does not start from them.
        base = None if ARCHITECTURES[plan.architecture].teacher else plan.base
        ensure(plan.architecture, plan.examples, plan.rotations, base=base, work=plan.work, seed=plan.seed)


def _print(console: Console, evaluation: dict[str, Any]) -> None:
    audit = Table(title="Held-out number runs (95 % intervals)")
    for column in ("images", "balanced accuracy", "blast sensitivity", "blast specificity"):
        audit.add_column(column)
    for name, each in evaluation["audit"].items():
        audit.add_row(
            name, *(shown(each[key]) for key in ("balanced_accuracy", "blast_sensitivity", "blast_specificity"))
        )
    for name, figure in evaluation["baselines"].items():
        audit.add_row(f"baseline: {name}", shown(figure), "", "")
    console.print(audit)
    reached = Table(title="Marks")
    for column in ("measure", "mark", "measured", "met"):
        reached.add_column(column)
    for mark in marks(evaluation):
        reached.add_row(mark.measure, mark.wanted, shown(mark.figure), "yes" if mark.met else "no")
    console.print(reached)


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m models.training.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--table", action="store_true", help="write the comparison of all artefacts into docs/models.md"
    )
    parser.add_argument("--data", type=Path, help="folder with manifest.csv and the images")
    parser.add_argument("--out-of-distribution", type=Path, help="folder of folders of foreign images")
    parser.add_argument("--work", type=Path, help="folder of the trained networks")
    parser.add_argument("--architecture", default=DEFAULT, choices=ARCHITECTURES)
    parser.add_argument("--base", type=Path, help="ImageNet weights (.weights.h5): to train from, and as a baseline")
    parser.add_argument("--artefact", type=Path, help="folder to write, named ARCHITECTURE-VERSION")
    parser.add_argument("--write", action="store_true", help="write the artefact's folder")
    parser.add_argument("--seed", type=int, default=SEED, help="decides rotations, training and donors")
    parser.add_argument("--rotations", type=int, default=ROTATIONS)
    parser.add_argument("--processes", type=int, default=2, help="of one thread each")
    parser.add_argument("--limit", type=int, help="images of each rotation to measure, for a quick look")
    asked = parser.parse_args(given)
    if not asked.table and not (asked.data and asked.work):
        parser.error("give --data and --work, or --table")
    if asked.write and not asked.artefact:
        parser.error("--write needs --artefact, the folder to write")
    if asked.limit is not None and asked.limit < len(LABELS):
        parser.error("--limit needs one image of each class at least: 4 or more")
    if asked.write and asked.limit:
        parser.error("--write needs all images: leave --limit out")
    return asked


if __name__ == "__main__":
    main()
