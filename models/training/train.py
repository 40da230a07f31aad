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
from models.training import lessons as teaching
from models.training import views as viewing
from models.training.asking import WHOLE, rotation_name
from models.training.augment import Stock
from models.training.bank import fill
from models.training.export import to_litert
from models.training.fit import Material, fit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

SEED = 2026
VIEWS = 24
LESSONS = 8
"""Views of each image that a teacher is asked of."""


def ensure(  # noqa: PLR0913 - data, networks and how they are made
    architecture: str,
    examples: Sequence[data.Example],
    rotations: Sequence[data.Rotation],
    *,
    base: Path | str | None,
    work: Path,
    seed: int = SEED,
    views: int = VIEWS,
    only: Sequence[str] = (),
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
        File of starting weights, the word `imagenet` for those that Keras fetches, or None for random ones. From random
        ones an architecture that has a teacher learns from it too.
    work
        Where `<architecture>/{rotation-<k>,whole}.{tflite,npz}` are written: network, and `dense` (D, 4). The views are
        kept there for all architectures.
    seed
        Decides views, starting weights, order and dropout.
    views
        How many random views of each image there are.
    only
        Names of the networks to train; none means all. Two processes of one thread, each with its own, are a quarter
        faster than one of two, once views and bank are there.

    Raises
    ------
    FileNotFoundError
        When the networks of its teacher are not in the work folder.
    ValueError
        When there is no network of a name in `only`.
    """
    folder = work / architecture
    parts = {rotation_name(number): rotation.training for number, rotation in enumerate(rotations)}
    parts[WHOLE] = tuple(examples)
    if unknown := set(only) - parts.keys():
        raise ValueError(f"There is no network {', '.join(sorted(unknown))}: choose among {', '.join(parts)}.")
    missing = [name for name in only or parts if not (folder / f"{name}.npz").exists()]
    if not missing:
        return
    tf.config.experimental.enable_op_determinism()
    folder.mkdir(parents=True, exist_ok=True)
    built = ARCHITECTURES[architecture]
    teacher = work / built.teacher if built.teacher and base is None else None
    if teacher and not all((teacher / f"{name}.npz").exists() for name in missing):
        raise FileNotFoundError(
            f"{architecture} learns from {built.teacher}: train that first, in the same work folder."
        )
    labels = np.array([example.label for example in examples], np.intp)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as bars:

        def ticking(description: str) -> Callable[[], None]:
            task = bars.add_task(description, total=len(examples))
            return lambda: bars.advance(task)

        seen = viewing.make(
            work / "views.npy", lambda: Stock.of(examples), count=views, seed=seed, tick=ticking("views")
        )
        bank = fill(folder / "bank.npy", built.parts(built.build(base))[0], seen, tick=ticking("fixed layers"))
        for name in missing:
            lessons = None
            if teacher:
                count = min(views, LESSONS)
                lessons = teaching.ask(teacher, name, seen, count=count, tick=ticking(f"{name}: lessons"))
            # Names of layers are counted on, and end up in the exported file.
            keras.utils.clear_session()
            keras.utils.set_random_seed(seed)
            network = built.build(base)
            task = bars.add_task(name, total=built.recipe.epochs)
            material = Material.of(bank, seen, labels, _places(examples, parts[name]), lessons)
            for loss in fit(built.parts(network)[1], material, built.recipe, seed=seed):
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
    try:
        ensure(
            arguments.architecture,
            examples,
            data.rotations(examples, seed=arguments.seed),
            base=arguments.base,
            work=arguments.work,
            seed=arguments.seed,
            only=arguments.only,
        )
    except (FileNotFoundError, ValueError) as error:
        raise SystemExit(str(error)) from error


def _base(word: str) -> Path | str:
    return word if word == IMAGENET else Path(word)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.train", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with manifest.csv and the images")
    parser.add_argument("--base", type=_base, help="file of starting weights (.weights.h5), or imagenet to fetch them")
    parser.add_argument("--work", type=Path, required=True, help="folder for the trained networks")
    parser.add_argument("--architecture", default=DEFAULT, choices=ARCHITECTURES)
    parser.add_argument("--seed", type=int, default=SEED, help="decides the rotations and the training")
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME", help="train these networks: rotation-0, whole")
    return parser.parse_args()


if __name__ == "__main__":
    main()
