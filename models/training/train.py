"""Train a network on every rotation of held-out number runs, and once on everything.

    python -m models.training.train --data FOLDER --base FILE --work FOLDER [--architecture NAME]

The data folder holds `manifest.csv` and the images. The networks are left in the work folder, where
`python -m models.training.evaluate` measures them and makes an artefact of them. What is there already is not
trained again, so a training that was stopped goes on. With the same seed, machine and library versions the same
networks come out.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from models.architectures import ARCHITECTURES, DEFAULT
from models.backbones import IMAGENET
from models.training import data
from models.training.augment import Stock
from models.training.bank import fill
from models.training.export import to_litert
from models.training.fit import fit, wanted_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

SEED = 2026
VIEWS = 12
WHOLE = "whole"
"""Name of the network that was trained on everything: the one that is shipped."""


def ensure(
    architecture: str,
    examples: Sequence[data.Example],
    rotations: Sequence[data.Rotation],
    *,
    base: Path | None,
    work: Path,
    seed: int = SEED,
    views: int = VIEWS,
) -> None:
    """Train the networks that are not in the work folder yet.

    Parameters
    ----------
    architecture
        Name in `ARCHITECTURES`.
    examples
        All of the data.
    rotations
        Of them.
    base
        File of starting weights, the word `imagenet` for those that Keras fetches, or None for random ones.
    work
        Where `<architecture>/{rotation-<k>,whole}.{tflite,npz}` are written: network, and `dense` (D, 4).
    seed
        Decides views, starting weights, order and dropout.
    views
        How many random views of each image there are.
    """
    folder = work / architecture
    parts = {f"rotation-{number}": rotation.training for number, rotation in enumerate(rotations)}
    parts[WHOLE] = tuple(examples)
    missing = [name for name in parts if not (folder / f"{name}.npz").exists()]
    if not missing:
        return
    tf.config.experimental.enable_op_determinism()
    folder.mkdir(parents=True, exist_ok=True)
    built = ARCHITECTURES[architecture]
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as bars:
        stock = Stock.of(examples)
        trunk = built.parts(built.build(base))[0]
        filling = bars.add_task("views", total=len(examples))
        bank = fill(folder / "views.npy", trunk, stock, views=views, seed=seed, tick=lambda: bars.advance(filling))
        wanted = wanted_of(bank, stock.labels)
        for name in missing:
            # Names of layers are counted on, and end up in the exported file.
            keras.utils.clear_session()
            keras.utils.set_random_seed(seed)
            network = built.build(base)
            task = bars.add_task(name, total=built.recipe.epochs)
            training = _places(examples, parts[name])
            rest = built.parts(network)[1]
            for loss in fit(rest, bank, wanted, stock.labels, training, built.recipe, seed=seed):
                bars.update(task, advance=1, description=f"{name}: loss {loss:.3f}")
            exported = to_litert(network, built.texture_layer)
            (folder / f"{name}.tflite").write_bytes(exported.model)
            np.savez(folder / f"{name}.npz", dense=exported.dense)


def _places(examples: Sequence[data.Example], part: Sequence[data.Example]) -> npt.NDArray[np.bool_]:
    chosen = {example.path for example in part}
    return np.array([example.path in chosen for example in examples])


def main() -> None:
    """Train what is missing."""
    arguments = _arguments()
    examples = data.read_manifest(arguments.data)
    ensure(
        arguments.architecture,
        examples,
        data.rotations(examples, seed=arguments.seed),
        base=arguments.base,
        work=arguments.work,
        seed=arguments.seed,
    )


def _base(word: str) -> Path | str:
    return word if word == IMAGENET else Path(word)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the images")
    parser.add_argument("--base", type=_base, help="file of starting weights (.weights.h5), or imagenet to fetch them")
    parser.add_argument("--work", type=Path, required=True, help="folder for the trained networks")
    parser.add_argument("--architecture", default=DEFAULT, choices=ARCHITECTURES)
    parser.add_argument("--seed", type=int, default=SEED, help="decides the rotations and the training")
    return parser.parse_args()


if __name__ == "__main__":
    main()
