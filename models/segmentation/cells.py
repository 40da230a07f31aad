"""The cytoplasm around each nucleus."""

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.stain import Plane, Stain

Labels = npt.NDArray[np.int32]

_REACH = 0.75
_FOREGROUND = 0.12
_PURPLE = 0.06


def grow_cells(nuclei: Labels, stain: Stain) -> Labels:
    """Give each nucleus the stained cytoplasm within reach.

    Cytoplasm is what is stained, not red-cell coloured, connected to the nucleus and nearer to it than 0.75 of its
    equivalent radius; a pixel within reach of two nuclei goes to the nearer.

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
    areas = np.bincount(nuclei.ravel())
    reach = np.sqrt(areas / np.pi) * _REACH
    reach[0] = 0
    stained = _cytoplasm(stain) & (distance <= reach[nearest])
    allowed = (stained | (nuclei > 0)).astype(np.uint8)
    allowed = cv2.morphologyEx(allowed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    cells = np.where((allowed > 0) | (nuclei > 0), nearest, 0).astype(np.int32)
    return _connected_to_nucleus(cells, nuclei)


def _cytoplasm(stain: Stain) -> npt.NDArray[np.bool_]:
    purple = cv2.GaussianBlur(stain.purple, (0, 0), 1.5)
    return np.asarray((stain.density > _FOREGROUND) & (purple > _PURPLE), np.bool_)


def _nearest_nucleus(nuclei: Labels) -> tuple[Plane, Labels]:
    """Distance to the nearest nucleus (pixels), and its label."""
    outside = (nuclei == 0).astype(np.uint8)
    distance, pixel = cv2.distanceTransformWithLabels(outside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    label_of = np.zeros(int(pixel.max()) + 1, np.int32)
    inside = outside == 0
    label_of[pixel[inside]] = nuclei[inside]
    return np.asarray(distance, np.float32), label_of[pixel]


def _connected_to_nucleus(cells: Labels, nuclei: Labels) -> Labels:
    """Drop cytoplasm that does not hang on its own nucleus."""
    kept = nuclei.copy()
    for label in range(1, int(nuclei.max()) + 1):
        left, top, width, height = cv2.boundingRect((cells == label).astype(np.uint8))
        window = (slice(top, top + height), slice(left, left + width))
        own = (cells[window] == label).astype(np.uint8)
        count, pieces = cv2.connectedComponents(own, connectivity=4)
        if count == 0:
            continue
        touching = np.unique(pieces[(nuclei[window] == label)])
        region = np.isin(pieces, touching[touching > 0])
        kept[window][region] = label
    return kept
