"""Random views of every training image, kept on disk: every rotation and every architecture learns from the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.classification.preprocessing import SIZE
from models.training.augment import Stock, view
from models.training.threads import share_out

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

GRID = 7
"""Squares of the feature map, down and across."""


@dataclass(frozen=True, slots=True)
class Views:
    """Some views of each image.

    Attributes
    ----------
    images : uint8 (N, V, 224, 224, 3)
        V views of each of N images; memory-mapped.
    donors : intp (N, V)
        Place of the image whose colours or field a view borrows; -1 when none.
    are_empty : bool (N, V)
        Views with every leukocyte painted over.
    covered : float32 (N, V, 7, 7)
        Share of each square of the feature map that leukocytes cover, 0..1.
    """

    images: npt.NDArray[np.uint8]
    donors: npt.NDArray[np.intp]
    are_empty: npt.NDArray[np.bool_]
    covered: npt.NDArray[np.float32]

    def usable(self, training: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Tell, (N, V), which views borrow nothing from an image that is not trained on; `training` is bool (N,)."""
        return training[:, None] & ((self.donors < 0) | training[self.donors])


def make(
    path: Path, stock: Callable[[], Stock], *, count: int, seed: int, tick: Callable[[], object] = lambda: None
) -> Views:
    """Make views of a stock, or open those that were made before.

    Parameters
    ----------
    path
        File to keep them in, `.npy`; what is known of them is kept beside it. Remove both when data or code change.
    stock
        Gives the images; called only when the views are not there yet.
    count
        How many of each image.
    seed
        Decides the views; the view of one place and number is the same however many there are.
    tick
        Called after each image.

    Returns
    -------
    Views
    """
    beside = path.with_suffix(".npz")
    if not beside.exists():
        _write(path, stock(), count, seed, tick)
    kept = np.load(beside)
    return Views(np.load(path, mmap_mode="r"), kept["donors"], kept["are_empty"], kept["covered"])


def _write(path: Path, stock: Stock, count: int, seed: int, tick: Callable[[], object]) -> None:
    shape = len(stock.labels), count
    images = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(*shape, SIZE, SIZE, 3))
    donors = np.full(shape, -1, np.intp)
    are_empty = np.zeros(shape, np.bool_)
    covered = np.zeros((*shape, GRID, GRID), np.float32)
    side = SIZE // GRID

    def fill(place: int) -> None:
        for number in range(count):
            made = view(stock, place, np.random.default_rng([seed, place, number]))
            images[place, number] = made.image
            donors[place, number] = made.donor
            are_empty[place, number] = made.is_empty
            covered[place, number] = made.cells.reshape(GRID, side, GRID, side).mean(axis=(1, 3))
        tick()

    share_out(shape[0], lambda: fill)
    images.flush()
    np.savez(path.with_suffix(".npz"), donors=donors, are_empty=are_empty, covered=covered)
