"""`python -m models`: the engine on files, without the platform.

python -m models analyse FILE_OR_FOLDER... [--jsonl] [--artefact NAME]
python -m models segment FILE --labels OUT.png
python -m models list
python -m models verify [NAME]
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

from models import registry
from models.analysis import Engine
from models.decoding import Refused, decode
from models.result import ImageAnalysis, Outcome, Refusal
from models.segmentation import segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

IMAGE_SUFFIXES = {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
"""Which files of a folder are taken; a file named on the command line is taken whatever its name."""
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

    listing = commands.add_parser("list", help="list the shipped networks")
    listing.set_defaults(run=_list)

    verify = commands.add_parser("verify", help="check a network against its manifest and golden answer")
    verify.add_argument("name", nargs="?", help="name or folder; all shipped ones when left out")
    verify.set_defaults(run=_verify)
    return parser


def _analyse(arguments: argparse.Namespace) -> int:
    engine = Engine.load(arguments.artefact)
    table, remarks = _table(), list[str]()
    missing = False
    for path in _files(arguments.paths):
        analysis = _analysis_of(engine, path)
        missing = missing or (analysis.refusal is not None and analysis.refusal.code == "missing_file")
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


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in IMAGE_SUFFIXES)
        else:
            yield path


def _analysis_of(engine: Engine, path: Path) -> ImageAnalysis:
    try:
        data = path.read_bytes()
    except OSError as error:
        refusal = Refusal("missing_file", f"The file cannot be read ({error.strerror}): check the path.")
        return ImageAnalysis(outcome=Outcome.REFUSED, timings_ms={"total": 0.0}, pins={}, refusal=refusal)
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


def _list(_arguments: argparse.Namespace) -> int:
    table = Table()
    for column in ("artefact", "architecture", "plain", "colours swapped", "default"):
        table.add_column(column)
    for name in registry.names():
        manifest = json.loads((registry.find(name) / registry.MANIFEST_FILE).read_text(encoding="utf-8"))
        accuracy = manifest.get("metrics", {}).get("balanced_accuracy", {})
        table.add_row(
            name,
            manifest.get("architecture", ""),
            f"{accuracy['plain']['value']:.3f}" if "plain" in accuracy else "not measured",
            f"{accuracy['colours swapped']['value']:.3f}" if "colours swapped" in accuracy else "not measured",
            "yes" if name == registry.DEFAULT else "",
        )
    console = Console()
    console.print(table)
    console.print("Balanced accuracy on held-out number runs; what it does not prove is in each card.", style="dim")
    return DONE


def _verify(arguments: argparse.Namespace) -> int:
    for name in [arguments.name] if arguments.name else registry.names():
        artefact = registry.load(name)
        Console().print(f"{artefact.name} {artefact.version}: files, labels, preprocessing and golden answer hold.")
    return DONE
