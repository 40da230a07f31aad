"""The shortcut audit: the held-out images again, with one thing changed that should not matter, or that should.

A network that knows cells keeps its accuracy when colours change and falls to chance when the cells are
painted over.
"""

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt

from models.classification.labels import LABELS
from models.classification.preprocessing import MASK_LEFT, MASK_TOP, cover_corner
from models.segmentation import segment
from models.training import colour
from models.training.augment import Palette

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.intp]
NEIGHBOURS = 5


def variants(images: Images, labels: Labels) -> Iterator[tuple[str, Images]]:
    """Yield (name, changed images), each (N, 224, 224, 3) in the order given.

    Colours are swapped between the images given: each wears the statistics of one random image of a random
    other class.
    """
    random = np.random.default_rng(0)
    palette = Palette.of(images, labels)
    yield "plain", images
    yield "corner masked", np.stack([cover_corner(image) for image in images])
    yield "white-balanced", np.stack([colour.white_balance(image) for image in images])
    yield "grey-world balanced", np.stack([colour.grey_world(image) for image in images])
    yield "grey", np.stack([colour.grey(image) for image in images])
    yield (
        "colours swapped",
        np.stack(
            [
                colour.put(image, palette.another_class(int(label), random))
                for image, label in zip(images, labels, strict=True)
            ]
        ),
    )
    yield "cells erased", np.stack([erase_cells(image) for image in images])


def erase_cells(rgb224: Images) -> Images:
    """Paint every leukocyte, and a margin of 3 pixels, with the median colour of the pixels around it.

    Parameters
    ----------
    rgb224 : uint8 (224, 224, 3)

    Returns
    -------
    uint8 (224, 224, 3)
    """
    found = (segment(rgb224).labels > 0).astype(np.uint8)
    grown = cv2.dilate(found, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
    erased = rgb224.copy()
    if 0 < grown.sum() < grown.size:
        erased[grown > 0] = np.median(rgb224[grown == 0], axis=0)
    return erased


def colour_baseline(training: Images, training_labels: Labels, images: Images) -> Labels:
    """Predict from six colour statistics alone."""
    known = np.stack([colour.statistics(image).ravel() for image in training])
    asked = np.stack([colour.statistics(image).ravel() for image in images])
    return _nearest(known, training_labels, asked)


def corner_baseline(training: Images, training_labels: Labels, images: Images) -> Labels:
    """Predict from the scale bar's corner alone, as it is before it is covered."""

    def corner(every: Images) -> npt.NDArray[np.float32]:
        return every[:, MASK_TOP:, MASK_LEFT:].reshape(len(every), -1).astype(np.float32)

    return _nearest(corner(training), training_labels, corner(images))


def _nearest(known: npt.NDArray[np.float32], known_labels: Labels, asked: npt.NDArray[np.float32]) -> Labels:
    """Vote among the nearest neighbours in standardised features."""
    deviation = known.std(axis=0) + 1e-6
    known, asked = known / deviation, asked / deviation
    squared = (asked**2).sum(axis=1)[:, None] - 2 * asked @ known.T + (known**2).sum(axis=1)
    nearest = known_labels[np.argsort(squared, axis=1)[:, :NEIGHBOURS]]
    votes = np.stack([(nearest == label).sum(axis=1) for label in range(len(LABELS))], axis=1)
    return np.asarray(votes.argmax(axis=1), np.intp)
