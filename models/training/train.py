"""Train a network and write its artefact.

    python -m models.training.train --data FOLDER --base FILE --out DIR

The data folder holds `manifest.csv` and the images; the base file holds the starting weights. With the same
seed, machine and library versions the same network comes out.
"""

import argparse
import tempfile
from pathlib import Path

import tensorflow as tf
from rich.console import Console

from models.architectures import ARCHITECTURES
from models.training import data
from models.training.artefact import write_artefact
from models.training.export import to_litert
from models.training.fit import fit

SEED = 2026


def main() -> None:
    """Run the steps one after another."""
    arguments = _arguments()
    console = Console()
    tf.config.experimental.enable_op_determinism()

    split = data.split(data.read_manifest(arguments.data), seed=arguments.seed)
    console.print(
        f"{len(split.training)} images to train on, {len(split.calibration)} to calibrate on, "
        f"{len(split.test)} held out, {len(split.set_aside)} set aside because they overlap another part"
    )
    images, labels = data.load(split.training)
    network = fit(
        arguments.architecture,
        arguments.base,
        images,
        labels,
        seed=arguments.seed,
        checkpoints=arguments.checkpoints,
    )
    exported = to_litert(network, ARCHITECTURES[arguments.architecture].texture_layer)
    write_artefact(arguments.out, exported, split, architecture=arguments.architecture, seed=arguments.seed)
    console.print(f"Wrote {arguments.out}. Measure it: python -m models.training.evaluate")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the images")
    parser.add_argument("--base", type=Path, required=True, help="starting weights (.weights.h5)")
    parser.add_argument("--out", type=Path, required=True, help="artefact folder to write")
    parser.add_argument("--architecture", default="mobilenet-v2", help="name in models/architectures.py")
    parser.add_argument("--seed", type=int, default=SEED, help="decides the split and the training")
    parser.add_argument(
        "--checkpoints",
        type=Path,
        default=Path(tempfile.gettempdir()) / "telediag-training",
        help="where a stopped training finds its last epoch",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
