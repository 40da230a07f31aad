"""The cytoplasm around each nucleus, and the lobes that belong to one cell."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.regions import Region, around, disc, mask_of, opened, paint, painted, window_of
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
_FEW_LOBES, _MANY_LOBES = 2, 6
_ONE_PIECE = 2  # background and one piece
_TWO_APART = np.array([[0, 0, 1, 0, 0], [0] * 5, [1, 0, 0, 0, 1], [0] * 5, [0, 0, 1, 0, 0]], np.uint8)


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
    nearest = _nearest_nucleus(nuclei, stain.density.shape)
    stained = mask_of(cv2.GaussianBlur(stain.density, (5, 5), 1.0) > _STAINED)
    cytoplasm = stained & ~_like_red_cells(stain, stained, _far_from(nuclei, nearest.shape))
    cells = []
    for number, nucleus in enumerate(nuclei, start=1):
        window = window_of(nucleus.box, int(_REACH * nucleus.radius) + 2, nearest.shape)
        core = nucleus.seen_from(window)
        own = Region.within(window, mask_of(nearest[window] == number) & cytoplasm[window] | core)
        window = window_of(own.box, 2, nearest.shape)
        attached = _attached(own.seen_from(window), nucleus.seen_from(window), nucleus.radius)
        cells.append(Region.within(window, attached))
    return cells


def join_lobes(nuclei: list[Region], cells: list[Region], shape: tuple[int, int]) -> tuple[Labels, Labels]:
    """Make one cell of nuclei that share a roundish body of cytoplasm.

    Touching blasts are two convex bodies filled by their nuclei; the lobes of a granulocyte lie in one convex body
    that they fill less than 0.62 of. Clusters of up to six are tried as a whole, then pairs until none is left to join.

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
    lobes, bodies = painted(nuclei, shape), painted(cells, shape)
    paint(bodies, nuclei, range(1, len(nuclei) + 1))
    groups = np.arange(len(nuclei) + 1, dtype=np.int32)
    pairs = _neighbours(cells, bodies)

    def is_one_cell(members: Flags) -> bool:
        box = around([cells[label - 1].box for label in np.flatnonzero(members)])
        window = window_of(box, 3, shape)
        return _is_one_cell(members.take(lobes[window]), members.take(bodies[window]))

    # Two of three lobes seldom make a convex body: whole clusters come first.
    cluster = _clusters(pairs, len(groups))
    for first, size in zip(*np.unique(cluster[1:], return_counts=True), strict=True):
        members = cluster == first
        if _FEW_LOBES < size <= _MANY_LOBES and is_one_cell(members):
            groups[members] = first
    while _join_pairs(groups, pairs, is_one_cell):
        continue
    remaining, numbers = np.unique(groups, return_inverse=True)
    if len(remaining) == len(groups):
        return lobes, bodies
    numbers = np.asarray(numbers, np.int32)
    return np.take(numbers, lobes), np.take(numbers, bodies)


def _clusters(pairs: list[tuple[int, int]], count: int) -> Labels:
    """Give cells that touch, directly or by others, the least of their labels: int32, (count,)."""
    cluster = np.arange(count, dtype=np.int32)
    for pair in pairs:
        one, other = cluster[list(pair)]
        cluster[cluster == max(one, other)] = min(one, other)
    return cluster


def _join_pairs(groups: Labels, pairs: list[tuple[int, int]], is_one_cell: Callable[[Flags], bool]) -> bool:
    """Join the groups of every pair that makes one cell, in place, and tell whether there was one."""
    joined = False
    for pair in pairs:
        one, other = (int(groups[label]) for label in pair)
        members = (groups == one) | (groups == other)
        if one != other and is_one_cell(members):
            groups[members] = min(one, other)
            joined = True
    return joined


def _like_red_cells(stain: Stain, stained: Mask, far: Mask) -> Mask:
    """Pixels as little purple as what is stained far from every nucleus, if there are red cells there at all."""
    purple = np.asarray(cv2.blur(purple_levels(stain.purple), (5, 5)), np.uint8)
    red_cells = histogram_of(purple, stained & far)
    if red_cells.sum() < _RED_CELLS_SHARE * far.size:
        return np.zeros(far.shape, np.uint8)
    return mask_of(purple < quantile(red_cells, _RED_CELL_QUANTILE))


def _nearest_nucleus(nuclei: list[Region], shape: tuple[int, int]) -> Labels:
    """Find the nearest nucleus within reach; 0 where there is none."""
    nearest = np.zeros(shape, np.int32)
    least = np.full(shape, np.inf, np.float32)
    for number, nucleus in enumerate(nuclei, start=1):
        window = window_of(nucleus.box, int(_REACH * nucleus.radius) + 2, shape)
        distance = cv2.distanceTransform(1 - nucleus.seen_from(window), cv2.DIST_L2, 5)
        nearer = (distance < least[window]) & (distance <= _REACH * nucleus.radius)
        np.copyto(nearest[window], number, where=nearer)
        np.copyto(least[window], distance, where=nearer)
    return nearest


def _far_from(nuclei: list[Region], shape: tuple[int, ...]) -> Mask:
    """Mark with 1 what lies outside the circle of every nucleus and twice its radius beyond."""
    far = np.ones(shape, np.uint8)
    for nucleus in nuclei:
        left, top, width, height = nucleus.box
        radius = round(max(width, height) / 2 + _FAR * nucleus.radius)
        cv2.circle(far, (left + width // 2, top + height // 2), radius, 0, cv2.FILLED)
    return far


def _attached(own: Mask, nucleus: Mask, radius: float) -> Mask:
    """Keep what hangs on the nucleus by more than a thread."""
    body = np.asarray(cv2.morphologyEx(own, cv2.MORPH_CLOSE, disc(1)), np.uint8)
    body = opened(body, _OPENING * radius) | nucleus
    count, pieces = cv2.connectedComponents(body, connectivity=4)
    if count == _ONE_PIECE:
        return body
    touched = np.zeros(count, np.uint8)
    touched[pieces[nucleus > 0]] = 1
    return np.asarray(touched[pieces], np.uint8)


def _neighbours(cells: list[Region], bodies: Labels) -> list[tuple[int, int]]:
    """Pairs of cells that touch: that have pixels two apart in a row or column."""
    boxes = np.array([cell.box for cell in cells], np.int32).reshape(-1, 4)
    starts, stops = boxes[:, :2] - 2, boxes[:, :2] + boxes[:, 2:] + 2
    pairs = []
    for one in range(1, len(cells)):
        # All later boxes at once: a large field has thousands of cells.
        near = ((starts[one:] < stops[one - 1]) & (stops[one:] > starts[one - 1])).all(axis=1)
        pairs += [(one, int(other)) for other in np.flatnonzero(near) + one + 1]
    return [pair for pair in pairs if _touch(cells, bodies, *pair)]


def _touch(cells: list[Region], bodies: Labels, one: int, other: int) -> bool:
    windows = [window_of(cells[label - 1].box, 2, bodies.shape) for label in (one, other)]
    part = bodies[tuple(_shared(*sides) for sides in zip(*windows, strict=True))]
    return bool(cv2.bitwise_and(cv2.dilate(mask_of(part == one), _TWO_APART), mask_of(part == other)).any())


def _shared(one: slice, other: slice) -> slice:
    return slice(max(one.start, other.start), min(one.stop, other.stop))


def _is_one_cell(nuclei: Flags, cell: Flags) -> bool:
    if nuclei.sum() > _LOBES_NUCLEAR_SHARE * cell.sum():
        return False
    body = cv2.morphologyEx(cell.astype(np.uint8), cv2.MORPH_CLOSE, disc(2))
    contours, _ = cv2.findContours(body, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(np.vstack(contours))
    return float(sum(map(cv2.contourArea, contours))) >= _LOBES_SOLIDITY * float(cv2.contourArea(hull))
