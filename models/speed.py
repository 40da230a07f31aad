"""How long an analysis takes beside the bare forward pass: `python -m models.speed FILE... [--rounds 10] [--write]`.

Both are measured in one run, in turns and on the same images, one thread, warm: on a shared machine only their ratio
means something.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from models import registry
from models.analysis import Engine
from models.classification.preprocessing import prepare
from models.decoding import Refused, decode

FORWARD = "bare forward pass"
TIMING_FILE = "timing.json"
"""What `write` leaves in an artefact's folder; not hashed, since it tells of a machine."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians over all images and rounds.

    Attributes
    ----------
    images, rounds
        How many.
    milliseconds
        By stage of the analysis, `total`, and `bare forward pass`.
    ratio
        Median over images and rounds of an analysis' time over that of the forward pass before it.
    """

    images: int
    rounds: int
    milliseconds: dict[str, float]
    ratio: float


def measure(files: Sequence[bytes], *, rounds: int, artefact: str | None = None) -> Speed:
    """Time forward pass and analysis of encoded images in turns.

    Parameters
    ----------
    files
        Encoded images that can be analysed.
    rounds
        Times that each image is analysed; one more, not measured, comes first.
    artefact
        Name or folder; the default when left out.

    Raises
    ------
    Refused
        When one of the files is not an image that can be analysed.
    """
    engine = Engine.load(artefact, threads=1)
    network = registry.load(artefact, threads=1).network
    prepared = [prepare(decode(data)) for data in files]
    times: defaultdict[str, list[float]] = defaultdict(list)
    for number in track(range(rounds + 1), "measuring", console=Console(stderr=True), transient=True):
        for data, given in zip(files, prepared, strict=True):
            begin = perf_counter()
            network.run(given)
            forward = (perf_counter() - begin) * 1000
            stages = engine.analyse(data).timings_ms
            for stage, milliseconds in {FORWARD: forward, **stages}.items() if number else ():
                times[stage].append(milliseconds)
    medians = {stage: round(float(np.median(values)), 3) for stage, values in times.items()}
    ratio = float(np.median(np.divide(times["total"], times[FORWARD])))
    return Speed(len(files), rounds, medians, round(ratio, 2))


def write(speed: Speed, folder: Path) -> None:
    """Write the times of a network beside it, as the table of networks reads them.

    Parameters
    ----------
    speed
        Of this network; milliseconds on one thread of this machine.
    folder
        The artefact's.
    """
    timing = {
        "forward_ms": speed.milliseconds[FORWARD],
        "analysis_ms": speed.milliseconds["total"],
        "ratio": speed.ratio,
        "images": speed.images,
        "rounds": speed.rounds,
    }
    (folder / TIMING_FILE).write_text(json.dumps(timing, indent=2) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the medians by stage, and the ratio."""
    parser = argparse.ArgumentParser(prog="python -m models.speed", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="image")
    parser.add_argument("--rounds", type=int, default=10, help="times that each image is analysed")
    parser.add_argument("--artefact", help="name or folder of the trained network")
    parser.add_argument("--write", action="store_true", help=f"write {TIMING_FILE} into the network's folder")
    asked = parser.parse_args(arguments)
    if asked.rounds < 1:
        parser.error("--rounds takes a number from 1.")
    try:
        speed = measure([path.read_bytes() for path in asked.files], rounds=asked.rounds, artefact=asked.artefact)
        if asked.write:
            write(speed, registry.find(asked.artefact))
    except (OSError, Refused, registry.ArtefactRefused) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    _show(speed)
    return 0


def _show(speed: Speed) -> None:
    table = Table(title=f"{speed.images} images, {speed.rounds} rounds, one thread, medians")
    table.add_column("stage")
    table.add_column("ms", justify="right")
    for stage, milliseconds in speed.milliseconds.items():
        table.add_row(stage, f"{milliseconds:.2f}")
    console = Console()
    console.print(table)
    console.print(f"analysis / forward pass: {speed.ratio:.2f}")


if __name__ == "__main__":
    raise SystemExit(main())
