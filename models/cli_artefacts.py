"""The commands about artefacts: `list`, `verify` and `compare`."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from models import comparison, published, registry
from models.analysis import Engine
from models.files import files_of, is_missing, unreadable
from models.registry import ArtefactRefused

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from models.comparison import Agreement
    from models.result import ImageAnalysis

DONE, FAILED, MISSING = 0, 1, 2
CAVEAT = "Measured on held-out number runs of one laboratory's images; what that does not prove is in each card."


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the three commands to the parser of `python -m models`."""
    listing = commands.add_parser("list", help="list the installed networks")
    listing.set_defaults(run=_list)

    verify = commands.add_parser("verify", help="check a network against its manifest and golden answer")
    which = verify.add_mutually_exclusive_group()
    which.add_argument("name", nargs="?", help="name or folder; the active one when left out")
    which.add_argument("--all", action="store_true", help="every installed one")
    verify.set_defaults(run=_verify)

    compare = commands.add_parser("compare", help="set networks side by side, on images or by what is published")
    compare.add_argument("names", nargs="+", metavar="ARTEFACT", help="two or more names or folders; then FILE...")
    compare.add_argument("--jsonl", action="store_true", help="one JSON object per image and line, the last a summary")
    compare.set_defaults(run=_compare)


def _list(_arguments: argparse.Namespace) -> int:
    used, remarks = _used()
    table = Table()
    for column in ("artefact", "architecture", "MB", "balanced accuracy", "used as"):
        table.add_column(
            column, overflow="fold", no_wrap=column == "artefact", justify="right" if column == "MB" else "left"
        )
    installed = [registry.FOLDER.resolve() / name for name in registry.names()]
    for folder in dict.fromkeys([*installed, *used]):
        shown = folder.name if folder in installed else str(folder)
        try:
            architecture = registry.read_manifest(folder)["architecture"]
            accuracy = _figure(published.figures(folder)[published.ACCURACY])
        except ArtefactRefused as refused:
            remarks.append(str(refused))
            architecture, accuracy = "not readable", ""
        table.add_row(shown, architecture, f"{published.size(folder):.1f}", accuracy, ", ".join(used.get(folder, ())))
    console = Console()
    console.print(table)
    console.print(CAVEAT, style="dim", soft_wrap=True)
    for remark in remarks:
        _complain(remark)
    return FAILED if remarks else DONE


def _used() -> tuple[dict[Path, list[str]], list[str]]:
    """Return what each folder is used as in this environment, and what is wrong with that."""
    used: dict[Path, list[str]] = {}
    remarks = []
    asked: dict[str, str | None] = {"default": registry.DEFAULT, "active": None}
    if shadow := os.environ.get(registry.SHADOW):
        asked["shadow"] = shadow
    for use, name in asked.items():
        try:
            used.setdefault(registry.find(name).resolve(), []).append(use)
        except ArtefactRefused as refused:
            remarks.append(f"As {use}: {refused}")
    return used, remarks


def _complain(sentence: str) -> None:
    Console(stderr=True).print(sentence, style="red", soft_wrap=True, markup=False, highlight=False)


def _verify(arguments: argparse.Namespace) -> int:
    code = DONE
    for name in registry.names() if arguments.all else [arguments.name]:
        try:
            artefact = registry.load(name)
        except ArtefactRefused as refused:
            _complain(str(refused))
            code = FAILED
        else:
            Console().print(
                f"{artefact.name}: files, labels, preprocessing, signature and golden answer hold.", soft_wrap=True
            )
    return code


def _compare(arguments: argparse.Namespace) -> int:
    names, paths = _artefacts_and_files(arguments.names)
    if len(names) < 2:  # noqa: PLR2004 - a comparison is of two
        given = paths[0] if paths else "a second one"
        raise ArtefactRefused(
            f"Name two artefacts to compare; {given} is none. Installed are: {', '.join(registry.names())}."
        )
    if not paths:
        return _compare_figures(names, as_json=arguments.jsonl)
    return _compare_answers(names, [Path(path) for path in paths], as_json=arguments.jsonl)


def _artefacts_and_files(given: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split the arguments where the first one comes that names no artefact."""
    for place, name in enumerate(given):
        try:
            registry.find(name)
        except ArtefactRefused:
            return list(dict.fromkeys(given[:place])), list(given[place:])
    return list(dict.fromkeys(given)), []


def _compare_figures(names: Sequence[str], *, as_json: bool) -> int:
    folders = {name: registry.find(name) for name in names}
    figures = {name: {**published.figures(folder), "MB": published.size(folder)} for name, folder in folders.items()}
    if as_json:
        for name, measured in figures.items():
            sys.stdout.write(json.dumps({"artefact": name, **measured}) + "\n")
        return DONE
    table = Table(title="As published with each artefact")
    for column in ("figure", *figures):
        table.add_column(column, overflow="fold")
    for figure in next(iter(figures.values())):
        table.add_row(figure, *(_figure(measured[figure]) for measured in figures.values()))
    console = Console()
    console.print(table)
    console.print(CAVEAT, style="dim", soft_wrap=True)
    return DONE


def _compare_answers(names: Sequence[str], paths: Sequence[Path], *, as_json: bool) -> int:
    engines = {name: Engine.load(name) for name in names}
    table = Table(title="What each artefact says (AI, unverified)")
    for column in ("file", *engines):
        table.add_column(column, overflow="fold")
    answers = []
    for turn, path in enumerate(files_of(paths)):
        said = _ask(engines, path, turn)
        answers.append(said)
        if as_json:
            shown = {name: comparison.in_brief(each) for name, each in said.items()}
            sys.stdout.write(json.dumps({"file": str(path), "answers": shown}) + "\n")
            sys.stdout.flush()
        else:
            table.add_row(path.name, *(_in_words(each) for each in said.values()))
    counted = comparison.agreement(answers)
    if as_json:
        sys.stdout.write(json.dumps({"summary": asdict(counted)}) + "\n")
    else:
        console = Console()
        console.print(table)
        console.print(_sentence(counted), highlight=False, soft_wrap=True)
    return MISSING if any(is_missing(each) for said in answers for each in said.values()) else DONE


def _ask(engines: Mapping[str, Engine], path: Path, turn: int) -> dict[str, ImageAnalysis]:
    try:
        data = path.read_bytes()
    except OSError as error:
        return dict.fromkeys(engines, unreadable(error))
    return comparison.ask(engines, data, turn=turn)


def _in_words(said: ImageAnalysis) -> str:
    if said.predicted_class is None:
        return said.outcome.value if said.refusal is None else said.refusal.sentence
    return f"{said.predicted_class} {said.probabilities[said.predicted_class]:.4f}"


def _sentence(counted: Agreement) -> str:
    if not counted.images:
        return "No image could be decoded, so there is nothing to compare."
    medians = ", ".join(f"{name} {milliseconds:.1f} ms" for name, milliseconds in counted.median_ms.items())
    return (
        f"Same outcome and class for {counted.agreeing} of {counted.images} images; "
        f"{counted.across_the_line} on different sides of the line between benign and blast. "
        f"Largest difference of a probability: {counted.largest_difference:.4f}. Median of a whole analysis: {medians}."
    )


def _figure(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"
