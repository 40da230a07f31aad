"""The shortcut audit: the held-out images again, with one thing changed that should not matter, or that should.

A network that knows cells keeps its accuracy when colours change and falls to chance when the cells are painted over.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.classification.preprocessing import SIZE, cover_corner, outside_corner
from models.segmentation import segment
from models.training import colour
from models.training.augment import MARGIN, erase, grown

Image = npt.NDArray[np.uint8]
BAR = 48
"""Pixels of the bottom right corner, in both directions, that are taken from another image: more than is covered."""
ZOOM = 0.15
QUALITY = 50
DEFOCUS = 1.0
"""Standard deviation of the mild blur, in pixels of 224."""


@dataclass(frozen=True, slots=True)
class Change:
    """One way to change an image.

    Attributes
    ----------
    name
        As it stands in the card.
    make
        From an image and its donor, an image of another class of the same held-out part, both uint8 (224, 224, 3),
        to the changed image.
    is_whole
        Whether the whole engine is asked, with quality and segmentation, and not only its network.
    """

    name: str
    make: Callable[[Image, Image], Image]
    is_whole: bool = False


def paste_bar(image: Image, donor: Image) -> Image:
    """Put the corner of another class, with its burnt-in scale bar, over this image's own."""
    pasted = image.copy()
    pasted[-BAR:, -BAR:] = donor[-BAR:, -BAR:]
    return pasted


def zoom(image: Image, factor: float) -> Image:
    """Enlarge or shrink about the centre.

    The corner is covered first, so that shrinking does not bring the scale bar out of it; what is missing at the
    borders is filled by reflection.
    """
    matrix = np.asarray(cv2.getRotationMatrix2D(((SIZE - 1) / 2, (SIZE - 1) / 2), 0, factor), np.float64)
    covered = cover_corner(image)
    return np.asarray(cv2.warpAffine(covered, matrix, (SIZE, SIZE), borderMode=cv2.BORDER_REFLECT_101), np.uint8)


def recompress(image: Image, quality: int = QUALITY) -> Image:
    """Write as JPEG and read again."""
    _, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def blur(image: Image, deviation: float = DEFOCUS) -> Image:
    """Blur by a Gaussian of this standard deviation in pixels."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), deviation), np.uint8)


def erase_cells(rgb224: Image) -> Image:
    """Paint over every leukocyte that is found in an image, as `augment.erase` does."""
    return erase(rgb224, segment(rgb224).labels > 0)


def patch_cells(rgb224: Image) -> Image:
    """Fill the place of every leukocyte with what the same field shows elsewhere, red cells and all.

    A cross-check of `erase_cells`: flat patches could themselves be seen by a network, these cannot. Pixels come from
    the field turned and mirrored, never from the corner of the scale bar; where every turn shows a leukocyte, the
    median colour of the rest is left.
    """
    cells = segment(rgb224).labels > 0
    gone = grown(cells, MARGIN) > 0
    covered, hidden = cover_corner(rgb224), gone | ~outside_corner()
    patched, missing = erase(covered, cells), gone
    for quarters, mirrored in itertools.product((2, 1, 3), (1, -1)):
        donor, taken = (np.rot90(each, quarters)[:, ::mirrored] for each in (covered, hidden))
        fits = missing & (taken == 0)
        patched[fits] = donor[fits]
        missing = missing & ~fits
    return patched


PLAIN, ERASED, PATCHED, GREY, SWAPPED = "plain", "cells erased", "cells patched over", "grey", "colours swapped"
WITHOUT_CELLS = frozenset({ERASED, PATCHED})
"""The changes that should take the class away; all others should make no difference."""
CHANGES: tuple[Change, ...] = (
    Change(PLAIN, lambda image, _: image, is_whole=True),
    Change("corner masked", lambda image, _: cover_corner(image)),
    Change("white-balanced", lambda image, _: colour.white_balance(image)),
    Change("grey-world balanced", lambda image, _: colour.grey_world(image)),
    Change(GREY, lambda image, _: colour.grey(image)),
    Change(SWAPPED, lambda image, donor: colour.put(image, colour.statistics(donor))),
    Change("scale bar of another class", paste_bar),
    Change("zoomed in by 15 %", lambda image, _: zoom(image, 1 + ZOOM), is_whole=True),
    Change("zoomed out by 15 %", lambda image, _: zoom(image, 1 - ZOOM), is_whole=True),
    Change(f"JPEG quality {QUALITY}", lambda image, _: recompress(image)),
    Change("mild defocus", lambda image, _: blur(image)),
    Change(ERASED, lambda image, _: erase_cells(image), is_whole=True),
    Change(PATCHED, lambda image, _: patch_cells(image)),
)
"""In the order of the card. All but the first are the audit."""


def donors(labels: npt.NDArray[np.intp], turns: npt.NDArray[np.intp], *, seed: int) -> npt.NDArray[np.intp]:
    """Draw for each image one of another class that is held out in the same rotation.

    Parameters
    ----------
    labels, turns : intp (N,)
        Class, and the rotation in which the image is held out.
    seed
        Decides the draw.

    Returns
    -------
    intp (N,)
        Row of the donor: every other class is as likely as another, and every image of it.
    """
    random = np.random.default_rng(seed)
    drawn = np.empty(len(labels), dtype=np.intp)
    for row, (label, turn) in enumerate(zip(labels, turns, strict=True)):
        others = np.unique(labels[(turns == turn) & (labels != label)])
        other = others[random.integers(len(others))]
        candidates = np.flatnonzero((turns == turn) & (labels == other))
        drawn[row] = candidates[random.integers(len(candidates))]
    return drawn
