"""The labelled images and their split.

Neighbours in file number are neighbours in patient and session, and many images share a field of view.
So whole number blocks are held out, and an image that overlaps a held-out one without being in a held-out
block is set aside: used on neither side.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from models.classification.labels import LABELS
from models.classification.preprocessing import resize


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled image of the data's `manifest.csv`.

    Attributes
    ----------
    path
        The image file.
    label
        Index into `LABELS`.
    overlap_group
        Images of one group show the same field.
    number_block
        Run of neighbouring file numbers; a weak stand-in for patient and session.
    fullsize
        The original before it was squashed to 224x224, where there is one.
    """

    path: Path
    label: int
    overlap_group: str
    number_block: str
    fullsize: Path | None


@dataclass(frozen=True, slots=True)
class Rotation:
    """One turn of cross-validation: number runs held out, and what may be trained on meanwhile.

    Attributes
    ----------
    training
        Neither in a held-out block nor in the same field as an image of one.
    held_out
        All images of the held-out blocks.
    set_aside
        In another block, but in the same field as a held-out image. Unused in this turn.
    """

    training: tuple[Example, ...]
    held_out: tuple[Example, ...]
    set_aside: tuple[Example, ...]


def read_manifest(folder: Path) -> tuple[Example, ...]:
    """Read `manifest.csv` of a data folder.

    Raises
    ------
    FileNotFoundError
        When the folder has no manifest.
    """
    with (folder / "manifest.csv").open(newline="") as file:
        return tuple(
            Example(
                path=folder / row["file"],
                label=LABELS.index(row["class"].lower()),
                overlap_group=row["overlap_group"],
                number_block=row["number_block"],
                fullsize=folder / row["fullsize"] if row["fullsize"] else None,
            )
            for row in csv.DictReader(file)
        )


def rotations(examples: Sequence[Example], *, seed: int, count: int = 5) -> tuple[Rotation, ...]:
    """Hold out every number block once, a share of each class's blocks at a time.

    Every example is held out in exactly one rotation, so that it is measured once, by a network that saw neither
    its run nor its field.

    Parameters
    ----------
    examples
        As read from the manifest. Their order does not decide what is held out when, and is kept in each part.
    seed
        Decides which blocks are held out together.
    count
        Number of rotations.

    Returns
    -------
    tuple of Rotation

    Raises
    ------
    ValueError
        When a class has fewer blocks than there are rotations.
    """
    blocks: defaultdict[int, set[str]] = defaultdict(set)
    for example in examples:
        blocks[example.label].add(example.number_block)
    turn_of: dict[str, int] = {}
    for label, names in sorted(blocks.items()):
        if len(names) < count:
            raise ValueError(
                f"{LABELS[label]} has {len(names)} number blocks, too few for {count} rotations: ask for fewer."
            )
        # Each class starts at another rotation, so that the surplus blocks do not pile up in the first.
        for place, block in enumerate(np.random.default_rng([seed, label]).permutation(sorted(names))):
            turn_of[str(block)] = (place + label) % count
    return tuple(_rotation(examples, turn_of, turn) for turn in range(count))


def _rotation(examples: Sequence[Example], turn_of: dict[str, int], turn: int) -> Rotation:
    held_out = tuple(example for example in examples if turn_of[example.number_block] == turn)
    seen = {example.overlap_group for example in held_out}
    others = [example for example in examples if turn_of[example.number_block] != turn]
    return Rotation(
        training=tuple(example for example in others if example.overlap_group not in seen),
        held_out=held_out,
        set_aside=tuple(example for example in others if example.overlap_group in seen),
    )


def read_image(path: Path) -> npt.NDArray[np.uint8]:
    """Read an image file as RGB uint8 (H, W, 3).

    Raises
    ------
    FileNotFoundError
        When it is missing or is not an image.
    """
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise FileNotFoundError(f"{path} is missing or is not an image.")
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), np.uint8)


def read_training_image(path: Path) -> npt.NDArray[np.uint8]:
    """Read an image file at the network's size, uint8 (224, 224, 3), corner not yet covered."""
    return resize(read_image(path))


def load(
    examples: Sequence[Example], tick: Callable[[], object] = lambda: None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.intp]]:
    """Read images and labels into memory.

    Returns
    -------
    images : uint8 (N, 224, 224, 3)
        As the files are: corner not yet covered.
    labels : intp (N,)
    """
    images = np.empty((len(examples), 224, 224, 3), dtype=np.uint8)
    for place, example in enumerate(examples):
        images[place] = read_training_image(example.path)
        tick()
    return images, np.array([example.label for example in examples], dtype=np.intp)
