"""How large the red cells of a field are: the one measure of magnification that every smear carries with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.regions import disc, mask_of
from models.segmentation.threshold import histogram_of, otsu

if TYPE_CHECKING:
    from models.segmentation import Segmentation

Mask = npt.NDArray[np.uint8]
Curve = npt.NDArray[np.float64]

_PURPLE = 0.35
_DENSITY_STEP = 1 / 160
_THRESHOLDS = (0.9, 1.25)
_FAINTEST = 0.03
_ROUND = 0.88
_SMALLEST_HOLE = 8
_SHORTEST, _LONGEST = 6, 300
_FEWEST = 200
_BIN = 0.02
_SPREAD = 0.07
_SHORTER, _LONGER = 0.7, 0.4
_LARGEST_ASPECT = 1.5
_WIDEST_NUCLEUS = 3
_NEAR = (0.8, 1.12)
_LEAST_SHARE = 0.16
_CELL, _LEUKOCYTE = 1, 2


@dataclass(frozen=True, slots=True)
class Scale:
    """The typical red cell of an image.

    Attributes
    ----------
    width, height : float
        Image pixels. They differ where the image was squashed, as the training images were.
    """

    width: float
    height: float


def estimate(segmentation: Segmentation) -> Scale | None:
    """Measure the typical red cell by the chords that the rows and columns of the image cut off.

    Of the chords of a disc most are nearly as long as it is wide. So the chords of a field pile up at the diameter,
    while overlaps, clumps and halves of cells give chords of every length: no cell has to lie alone.
    The pile is found by comparison with the law of a disc's chords; rows give the width, columns the height. A pile so
    short that the field's nuclei would be three times as wide as red cells is the thickness of pale cells' rims.

    Parameters
    ----------
    segmentation : Segmentation
        Of the image: its working copy is measured, its leukocytes are left out.

    Returns
    -------
    Scale or None
        None where too few chords are found or they do not pile up.
    """
    counts = _chords(segmentation)
    if counts is None or min(count.sum() for count in counts) < _FEWEST:
        return None
    across, down = (count @ _bins() / count.sum() for count in counts)
    likeness = np.where(_plausible(), _likeness(across)[:, None] + _likeness(down)[None], -1)
    likeness[_mean_lengths() < _nucleus_width(segmentation) / _WIDEST_NUCLEUS] = -1
    places = np.unravel_index(int(likeness.argmax()), likeness.shape)
    width, height = (float(_lengths()[place]) for place in places)
    if min(_share(across, width), _share(down, height)) < _LEAST_SHARE:
        return None
    rows, columns = segmentation.field.shape[:2]
    return Scale(width * segmentation.size[0] / columns, height * segmentation.size[1] / rows)


def _chords(segmentation: Segmentation) -> tuple[Curve, Curve] | None:
    """Count the chords of red cells by length in pixels of the working copy, along rows and along columns.

    Two thresholds, either side of Otsu's, count together: what clings at one of them often lies apart at the other.
    """
    density = np.asarray(cv2.convertScaleAbs(segmentation.stain.density, alpha=1 / _DENSITY_STEP), np.uint8)
    purple = (segmentation.stain.purple > _PURPLE) | (segmentation.cells > 0)
    leukocytes = cv2.dilate(mask_of(purple), disc(3))
    rest = histogram_of(density, mask_of(leukocytes == 0))
    if not rest.any():
        return None
    middle = otsu(rest)
    if middle * _DENSITY_STEP < _FAINTEST:  # the camera's grain, which piles up as small discs do
        return None
    across, down = np.zeros(_LONGEST), np.zeros(_LONGEST)
    for share in _THRESHOLDS:
        cells = _without_pallor(mask_of(density > middle * share))
        np.copyto(cells, _LEUKOCYTE, where=leukocytes.view(np.bool_))
        across += _count(cells)
        down += _count(np.asarray(cv2.transpose(cells), np.uint8))
    return across, down


def _without_pallor(cells: Mask) -> Mask:
    """Fill the holes that are round: the pale middles of cells, not the gaps between cells that touch."""
    contours, hierarchy = cv2.findContours(cells, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    holes = (
        [contour for contour, links in zip(contours, hierarchy[0], strict=True) if links[3] >= 0] if contours else []
    )
    pallor = [hole for hole in holes if _is_round(hole)]
    return np.asarray(cv2.fillPoly(cells, pallor, _CELL), np.uint8) if pallor else cells


def _is_round(hole: cv2.typing.MatLike) -> bool:
    area = cv2.contourArea(hole)
    return area < _SMALLEST_HOLE or area >= _ROUND * cv2.contourArea(cv2.convexHull(hole))


def _count(cells: Mask) -> Curve:
    """Count the runs of red cell by length in every other row; those cut by a leukocyte or the frame do not count."""
    framed = np.full((len(cells) // 2 + 1, cells.shape[1] + 1), _LEUKOCYTE, np.uint8)
    framed[: len(cells[::2]), :-1] = cells[::2]
    line = framed.ravel()
    ends = np.flatnonzero(line[1:] != line[:-1])
    kind = line[ends]
    whole = (kind[1:-1] == _CELL) & (kind[:-2] == 0) & (kind[2:] == 0)
    lengths = np.diff(ends)[:-1][whole]
    lengths = lengths[(lengths >= _SHORTEST) & (lengths < _LONGEST)]
    return np.bincount(lengths, minlength=_LONGEST).astype(np.float64)


@cache
def _edges() -> Curve:
    """Borders of the logarithmic bins of length."""
    return np.arange(np.log(_SHORTEST), np.log(_LONGEST), _BIN)


@cache
def _lengths() -> Curve:
    """Length at the beginning of each bin, pixels."""
    return np.asarray(np.exp(_edges()[:-1]), np.float64)


@cache
def _mean_lengths() -> Curve:
    """Geometric mean of each width (rows) and height (columns), pixels."""
    return np.sqrt(_lengths()[:, None] * _lengths()[None])


def _nucleus_width(segmentation: Segmentation) -> float:
    """Diameter of the median nucleus in pixels of the working copy; 0 without nuclei."""
    areas = 4 * np.bincount(segmentation.nuclei[::2, ::2].ravel())[1:]
    return float(np.sqrt(4 * np.median(areas) / np.pi)) if areas.size else 0.0


@cache
def _bins() -> Curve:
    """Share of each whole number of pixels (rows) that falls into each bin (columns): lengths were rounded."""
    finer = np.log(np.arange(_SHORTEST, _LONGEST)[:, None] + np.linspace(-0.475, 0.475, 20))
    shares = [np.histogram(row, _edges())[0] / row.size for row in finer]
    return np.vstack([np.zeros((_SHORTEST, len(_lengths()))), shares])


@cache
def _law() -> tuple[Curve, int]:
    """Law of a disc's chords in bins, smeared as red cells vary, its mean taken off; and the place of its diameter."""
    edges = np.arange(-_SHORTER - _BIN / 2, _LONGER + _BIN, _BIN)
    middles = (edges[1:] + edges[:-1]) / 2
    at_most = 1 - np.sqrt(1 - np.minimum(np.exp(2 * edges), 1))
    smear = np.exp(-((middles - middles[len(middles) // 2]) ** 2) / (2 * _SPREAD**2))
    law = np.convolve(np.diff(at_most), smear / smear.sum(), "same")
    law -= law.mean()
    return law / np.sqrt((law**2).sum()), round(_SHORTER / _BIN)


def _likeness(share: Curve) -> Curve:
    """How much the chords pile up as those of a disc do, for each bin as its diameter."""
    law, place = _law()
    return np.correlate(np.pad(share, (place, len(law) - 1 - place)), law, "valid")


@cache
def _plausible() -> npt.NDArray[np.bool_]:
    """Which widths (rows) and heights (columns) may go together."""
    aspect = np.abs(np.log(_lengths()[:, None] / _lengths()[None]))
    return np.asarray(aspect <= np.log(_LARGEST_ASPECT), np.bool_)


def _share(share: Curve, diameter: float) -> float:
    """Share of the chords that are about as long as the diameter; of a disc's, 0.6."""
    shortest, longest = (diameter * bound for bound in _NEAR)
    return float(share[(_lengths() >= shortest) & (_lengths() < longest)].sum())
