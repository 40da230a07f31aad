"""The cytoplasm around each nucleus, and the lobes that belong to one cell."""

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.regions import Box, boxes_of, disc, renumbered, window_of
from models.segmentation.stain import Plane, Stain

Labels = npt.NDArray[np.int32]
Mask = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_STAINED = 0.15
_REACH = 1.5
_RED_CELL_QUANTILE = 0.9
_RED_CELLS_SHARE = 0.08
_OPENING = 0.35
_LOBES_SOLIDITY = 0.9
_LOBES_NUCLEAR_SHARE = 0.62


def grow_cells(nuclei: Labels, stain: Stain) -> Labels:
    """Give each nucleus the stained cytoplasm within reach.

    Cytoplasm is what is stained, does not look like the red cells of this field, hangs on the nucleus by more than a
    thread and is nearer to it than one and a half of its equivalent radius; a pixel within reach of two nuclei goes to
    the nearer.

    Parameters
    ----------
    nuclei : numpy.ndarray
        int32, (height, width), instance labels.
    stain : Stain
        Of the same image.

    Returns
    -------
    numpy.ndarray
        int32, (height, width), the same labels, each covering its nucleus and its cytoplasm.
    """
    if not nuclei.any():
        return nuclei.copy()
    distance, nearest = _nearest_nucleus(nuclei)
    radius = np.sqrt(np.bincount(nuclei.ravel()) / np.pi)
    stained = cv2.GaussianBlur(stain.density, (0, 0), 1.0) > _STAINED
    far = distance > 2 * radius[nearest]
    allowed = stained & (distance <= _REACH * radius[nearest]) & ~_like_red_cells(stain, stained, far)
    cells = np.where(allowed | (nuclei > 0), nearest, 0).astype(np.int32)
    grown = nuclei.copy()
    for label, box in boxes_of(cells).items():
        window = window_of(box, 2)
        own, nucleus = cells[window] == label, nuclei[window] == label
        grown[window][_attached(own, nucleus, radius[label]) & (grown[window] == 0)] = label
    return grown


def join_lobes(nuclei: Labels, cells: Labels) -> tuple[Labels, Labels]:
    """Make one cell of nuclei that share a roundish body of cytoplasm.

    Touching blasts are two convex bodies filled by their nuclei; the lobes of a granulocyte lie in one convex body
    that they fill less than 0.62 of.

    Parameters
    ----------
    nuclei, cells : numpy.ndarray
        int32, (height, width), the same labels.

    Returns
    -------
    tuple of numpy.ndarray
        Nuclei and cells, renumbered alike from 1.
    """
    groups = np.arange(int(nuclei.max(initial=0)) + 1, dtype=np.int32)
    boxes = boxes_of(cells)
    for pair in _neighbours(cells):
        one, other = (int(groups[label]) for label in pair)
        if one == other:
            continue
        members = np.isin(groups, (one, other))
        window = window_of(_around([boxes[int(label)] for label in np.flatnonzero(members)]), 3)
        if _is_one_cell(members[nuclei[window]], members[cells[window]]):
            groups[members] = min(one, other)
    if np.array_equal(groups, np.arange(len(groups))):
        return nuclei, cells
    return renumbered(nuclei, groups), renumbered(cells, groups)


def _around(boxes: list[Box]) -> Box:
    """Box around several."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def _like_red_cells(stain: Stain, stained: Flags, far: Flags) -> Flags:
    """Pixels as little purple as what is stained far from every nucleus, if there are red cells there at all."""
    purple = cv2.GaussianBlur(stain.purple, (0, 0), 1.5)
    red_cells = purple[stained & far]
    if red_cells.size < _RED_CELLS_SHARE * far.size:
        return np.zeros(far.shape, np.bool_)
    return np.asarray(purple < np.quantile(red_cells, _RED_CELL_QUANTILE), np.bool_)


def _nearest_nucleus(nuclei: Labels) -> tuple[Plane, Labels]:
    """Distance to the nearest nucleus (pixels), and its label."""
    outside = (nuclei == 0).astype(np.uint8)
    distance, pixel = cv2.distanceTransformWithLabels(outside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    label_of = np.zeros(int(pixel.max()) + 1, np.int32)
    inside = outside == 0
    label_of[pixel[inside]] = nuclei[inside]
    return np.asarray(distance, np.float32), label_of[pixel]


def _attached(own: Flags, nucleus: Flags, radius: float) -> Flags:
    """Cytoplasm that hangs on the nucleus by more than a thread."""
    body = cv2.morphologyEx((own | nucleus).astype(np.uint8), cv2.MORPH_CLOSE, disc(1))
    body = cv2.morphologyEx(body, cv2.MORPH_OPEN, disc(_OPENING * radius)) | nucleus.astype(np.uint8)
    _, pieces = cv2.connectedComponents(body, connectivity=4)
    return np.asarray(np.isin(pieces, np.unique(pieces[nucleus])) & (pieces > 0), np.bool_)


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
