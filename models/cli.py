"""`python -m models`: the engine on files, without the platform.

python -m models analyse FILE_OR_FOLDER... [--jsonl] [--artefact NAME]
python -m models segment FILE --labels OUT.png
python -m models list
python -m models verify [NAME | --all]
python -m models compare ARTEFACT ARTEFACT... [FILE_OR_FOLDER...] [--jsonl]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
from rich.console import Console
from rich.table import Table

from models import cli_artefacts, registry
from models.analysis import Engine
from models.decoding import Refused, decode
from models.files import files_of, is_missing, unreadable
from models.result import ImageAnalysis, Outcome
from models.segmentation import segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DONE, FAILED, MISSING = 0, 1, 2
DISCLAIMER = "Decision support for trained readers. Not a cleared medical device. Not a diagnosis."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        code: int = parsed.run(parsed)
    except registry.ArtefactRefused as refused:
        Console(stderr=True).print(str(refused), style="red", soft_wrap=True, markup=False)
        return FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m models", description=f"Analyse images of blood smears. {DISCLAIMER}"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    analyse = commands.add_parser("analyse", help="analyse images")
    analyse.add_argument("paths", nargs="+", type=Path, metavar="FILE", help="image, or folder of images")
    analyse.add_argument("--jsonl", action="store_true", help="one JSON object per image and line")
    analyse.add_argument("--artefact", help="name or folder of the trained network")
    analyse.set_defaults(run=_analyse)

    segmentation = commands.add_parser("segment", help="write an image's nuclei and cytoplasm as a label image")
    segmentation.add_argument("file", type=Path, metavar="FILE")
    segmentation.add_argument(
        "--labels", type=Path, required=True, metavar="OUT.png", help="0 background, 128 cytoplasm, 255 nucleus"
    )
    segmentation.set_defaults(run=_segment)

    cli_artefacts.add_to(commands)
    return parser


def _analyse(arguments: argparse.Namespace) -> int:
    engine = Engine.load(arguments.artefact)
    table, remarks = _table(), list[str]()
    missing = False
    for path in files_of(arguments.paths):
        analysis = _analysis_of(engine, path)
        missing = missing or is_missing(analysis)
        if arguments.jsonl:
            sys.stdout.write(json.dumps({"file": str(path), **analysis.to_json()}) + "\n")
            sys.stdout.flush()
        else:
            table.add_row(*_row(path, analysis))
            remarks.extend(f"{path.name}: {remark}" for remark in _remarks(analysis))
    if not arguments.jsonl:
        console = Console()
        console.print(table)
        for remark in remarks:
            console.print(remark, markup=False, highlight=False, soft_wrap=True)
        console.print(DISCLAIMER, style="dim", soft_wrap=True)
    return MISSING if missing else DONE


def _analysis_of(engine: Engine, path: Path) -> ImageAnalysis:
    try:
        data = path.read_bytes()
    except OSError as error:
        return unreadable(error)
    return engine.analyse(data)


def _table() -> Table:
    table = Table(title="Analysed images (AI, unverified)")
    for column in ("file", "outcome", "class", "cannot exclude", "leukocytes", "ms"):
        table.add_column(column, overflow="fold")
    return table


def _row(path: Path, analysis: ImageAnalysis) -> tuple[str, ...]:
    return (
        path.name,
        analysis.outcome.value,
        analysis.predicted_class or "",
        ", ".join(analysis.prediction_set) if analysis.outcome is Outcome.CLASSIFIED else "",
        str(len(analysis.cells)),
        f"{analysis.timings_ms['total']:.0f}",
    )


def _remarks(analysis: ImageAnalysis) -> Iterator[str]:
    if analysis.refusal is not None:
        yield analysis.refusal.sentence
    if analysis.quality is not None:
        yield from (reason.advice for reason in analysis.quality.reasons)
    yield from analysis.warnings


def _segment(arguments: argparse.Namespace) -> int:
    errors = Console(stderr=True)
    try:
        rgb = decode(arguments.file.read_bytes())
    except OSError as error:
        errors.print(f"{arguments.file} cannot be read ({error.strerror}): check the path.", markup=False)
        return MISSING
    except Refused as refused:
        errors.print(refused.sentence, markup=False)
        return FAILED
    if arguments.labels.suffix.lower() != ".png":
        errors.print("Give --labels a name that ends in .png: other formats may change the label values.")
        return FAILED
    encoded, png = cv2.imencode(".png", segment(rgb).labels)
    if encoded:
        arguments.labels.write_bytes(png.tobytes())
    return DONE
