"""The cytoplasm around each nucleus, and the lobes that belong to one cell."""

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.regions import Region, around, disc, mask_of, opened, painted, window_of
from models.segmentation.stain import Stain, purple_levels
from models.segmentation.threshold import histogram_of, quantile

Labels = npt.NDArray[np.int32]
Mask = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_STAINED = 0.15
_REACH = 1.5
_FAR = 2.0
_RED_CELL_QUANTILE = 0.9
_RED_CELLS_SHARE = 0.08
_OPENING = 0.35
_LOBES_SOLIDITY = 0.9
_LOBES_NUCLEAR_SHARE = 0.62


def grow_cells(nuclei: list[Region], stain: Stain) -> list[Region]:
    """Give each nucleus the stained cytoplasm within reach.

    Cytoplasm is what is stained, does not look like the red cells of this field, hangs on the nucleus by more than a
    thread and is nearer to it than one and a half of its equivalent radius; a pixel within reach of two nuclei goes to
    the nearer.

    Parameters
    ----------
    nuclei : list of Region
    stain : Stain
        Of the same image.

    Returns
    -------
    list of Region
        A cell for each nucleus, in the same order; nucleus and cytoplasm.
    """
    if not nuclei:
        return []
    nearest, far = _nearest_nucleus(nuclei, stain.density.shape)
    stained = mask_of(cv2.GaussianBlur(stain.density, (0, 0), 1.0) > _STAINED)
    cytoplasm = stained & ~_like_red_cells(stain, stained, far)
    cells = []
    for number, nucleus in enumerate(nuclei, start=1):
        window = window_of(nucleus.box, int(_REACH * nucleus.radius) + 2, nearest.shape)
        core = nucleus.seen_from(window)
        own = (nearest[window] == number).astype(np.uint8) & cytoplasm[window]
        cells.append(Region.within(window, _attached(own | core, core, nucleus.radius)))
    return cells


def join_lobes(nuclei: list[Region], cells: list[Region], shape: tuple[int, int]) -> tuple[Labels, Labels]:
    """Make one cell of nuclei that share a roundish body of cytoplasm.

    Touching blasts are two convex bodies filled by their nuclei; the lobes of a granulocyte lie in one convex body
    that they fill less than 0.62 of.

    Parameters
    ----------
    nuclei, cells : list of Region
        As many of each, in the same order.
    shape : tuple of int
        Height and width of the image.

    Returns
    -------
    tuple of numpy.ndarray
        Nuclei and cells: int32, (height, width), numbered alike from 1.
    """
    lobes = painted(nuclei, shape)
    bodies = np.where(lobes > 0, lobes, painted(cells, shape))
    groups = np.arange(len(nuclei) + 1, dtype=np.int32)
    for pair in _neighbours(bodies):
        one, other = (int(groups[label]) for label in pair)
        if one == other:
            continue
        members = (groups == one) | (groups == other)
        box = around([cells[label - 1].box for label in np.flatnonzero(members)])
        window = window_of(box, 3, shape)
        if _is_one_cell(members[lobes[window]], members[bodies[window]]):
            groups[members] = min(one, other)
    _, numbers = np.unique(groups, return_inverse=True)
    numbers = numbers.astype(np.int32)
    return np.asarray(numbers[lobes], np.int32), np.asarray(numbers[bodies], np.int32)


def _like_red_cells(stain: Stain, stained: Mask, far: Mask) -> Mask:
    """Pixels as little purple as what is stained far from every nucleus, if there are red cells there at all."""
    purple = purple_levels(np.asarray(cv2.GaussianBlur(stain.purple, (0, 0), 1.5), np.float32))
    red_cells = histogram_of(purple, stained & far)
    if red_cells.sum() < _RED_CELLS_SHARE * far.size:
        return np.zeros(far.shape, np.uint8)
    return mask_of(purple < quantile(red_cells, _RED_CELL_QUANTILE))


def _nearest_nucleus(nuclei: list[Region], shape: tuple[int, int]) -> tuple[Labels, Mask]:
    """Find the nearest nucleus within reach (0: none), and mark with 1 what is far from every nucleus."""
    nearest = np.zeros(shape, np.int32)
    least = np.full(shape, np.inf, np.float32)
    far = np.ones(shape, np.uint8)
    for number, nucleus in enumerate(nuclei, start=1):
        window = window_of(nucleus.box, int(_FAR * nucleus.radius) + 2, shape)
        distance = cv2.distanceTransform(1 - nucleus.seen_from(window), cv2.DIST_L2, 5)
        far[window][distance <= _FAR * nucleus.radius] = 0
        nearer = (distance < least[window]) & (distance <= _REACH * nucleus.radius)
        np.copyto(nearest[window], number, where=nearer)
        np.copyto(least[window], distance, where=nearer)
    return nearest, far


def _attached(own: Mask, nucleus: Mask, radius: float) -> Mask:
    """Keep what hangs on the nucleus by more than a thread."""
    body = np.asarray(cv2.morphologyEx(own, cv2.MORPH_CLOSE, disc(1)), np.uint8)
    body = opened(body, _OPENING * radius) | nucleus
    count, pieces = cv2.connectedComponents(body, connectivity=4)
    touched = np.zeros(count, np.uint8)
    touched[pieces[nucleus > 0]] = 1
    return np.asarray(touched[pieces], np.uint8)


def _neighbours(cells: Labels) -> list[tuple[int, int]]:
    """Pairs of cells that touch."""
    pairs = set()
    for one, other in ((cells[:, :-2], cells[:, 2:]), (cells[:-2], cells[2:])):
        touching = (one != other) & (one > 0) & (other > 0)
        pairs |= {(int(min(pair)), int(max(pair))) for pair in zip(one[touching], other[touching], strict=True)}
    return sorted(pairs)


def _is_one_cell(nuclei: Flags, cell: Flags) -> bool:
    if nuclei.sum() > _LOBES_NUCLEAR_SHARE * cell.sum():
        return False
    body = cv2.morphologyEx(cell.astype(np.uint8), cv2.MORPH_CLOSE, disc(2))
    contours, _ = cv2.findContours(body, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.vstack(contours))
    return float(sum(map(cv2.contourArea, contours))) >= _LOBES_SOLIDITY * float(cv2.contourArea(hull))
