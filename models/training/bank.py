"""Random views of every training image, passed once through the layers that are not trained.

The first layers of a pretrained network are edges and colours, which a few thousand images cannot improve. What
they make of the views is kept on disk and serves every rotation, so that only the rest is computed again and again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from models.classification.preprocessing import scale
from models.training.augment import Stock, view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import keras
    import numpy.typing as npt

CHUNK = 8
"""Images whose views are made and passed on at once."""
THREADS = 2


@dataclass(frozen=True, slots=True)
class Bank:
    """What the untrained layers make of random views.

    Attributes
    ----------
    features : float16 (N, V, h, w, C)
        Of V views of each of N images; memory-mapped.
    donors : intp (N, V)
        Place of the image whose colours or field a view borrows; -1 when none.
    are_empty : bool (N, V)
        Views with every leukocyte painted over.
    """

    features: npt.NDArray[np.float16]
    donors: npt.NDArray[np.intp]
    are_empty: npt.NDArray[np.bool_]

    def usable(self, training: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Tell, (N, V), which views borrow nothing from an image that is not trained on; `training` is bool (N,)."""
        return training[:, None] & ((self.donors < 0) | training[self.donors])


def fill(
    path: Path, trunk: keras.Model, stock: Stock, *, views: int, seed: int, tick: Callable[[], object] = lambda: None
) -> Bank:
    """Make the views of a stock and pass them through the untrained layers; opens what was filled before.

    Parameters
    ----------
    path
        File to keep them in, `.npy`; what they borrow is kept beside it. Remove both when data or code change.
    trunk
        The untrained layers: input float32 (N, 224, 224, 3) in -1..1.
    stock
        The images.
    views
        How many of each image.
    seed
        Decides the views; the view of one place and number is the same in every bank.
    tick
        Called after each image.

    Returns
    -------
    Bank
    """
    beside = path.with_suffix(".npz")
    if not beside.exists():
        run = tf.function(lambda images: trunk(images, training=False))
        shape = (len(stock.labels), views, *trunk.output.shape[1:])
        features = np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape)
        donors = np.full(shape[:2], -1, np.intp)
        are_empty = np.zeros(shape[:2], np.bool_)

        def views_of(place: int) -> npt.NDArray[np.uint8]:
            made = [view(stock, place, np.random.default_rng([seed, place, number])) for number in range(views)]
            donors[place] = [each.donor for each in made]
            are_empty[place] = [each.is_empty for each in made]
            return np.stack([each.image for each in made])

        with ThreadPoolExecutor(THREADS) as pool:
            for start in range(0, len(stock.labels), CHUNK):
                places = range(start, min(start + CHUNK, len(stock.labels)))
                for place, images in zip(places, pool.map(views_of, places), strict=True):
                    features[place] = run(scale(images)).numpy()
                    tick()
        features.flush()
        np.savez(beside, donors=donors, are_empty=are_empty)
    kept = np.load(beside)
    return Bank(np.load(path, mmap_mode="r"), kept["donors"], kept["are_empty"])
