"""Touching nuclei apart, by their distance transform."""

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]

_NECK = 0.75


def separate(mask: Mask) -> Labels:
    """Label the nuclei of a mask, touching ones apart.

    A blob is split where its distance transform has several summits parted by a neck narrower than 0.75 of the
    lesser summit; lines are drawn by watershed.

    Parameters
    ----------
    mask : numpy.ndarray
        uint8, (height, width), non-zero where nucleus.

    Returns
    -------
    numpy.ndarray
        int32, (height, width): 0 outside, 1 to n inside, in reading order of the blobs' first pixels.
    """
    distance = cv2.distanceTransform((mask > 0).astype(np.uint8), cv2.DIST_L2, 5)
    distance = cv2.GaussianBlur(distance, (0, 0), 1.0)
    count, blobs, stats, _ = cv2.connectedComponentsWithStats((mask > 0).astype(np.uint8), connectivity=4)
    labels = np.zeros(mask.shape, np.int32)
    found = 0
    for blob in range(1, count):
        left, top, width, height, _area = stats[blob]
        window = (slice(top, top + height), slice(left, left + width))
        inside = blobs[window] == blob
        parts = _split(np.where(inside, distance[window], 0).astype(np.float32), inside)
        labels[window][inside] = parts[inside] + found
        found += int(parts.max())
    return labels


def _split(distance: npt.NDArray[np.float32], inside: npt.NDArray[np.bool_]) -> Labels:
    """Number the parts of one blob from 1."""
    seeds = _summits(distance)
    count, markers = cv2.connectedComponents(seeds, connectivity=8)
    if count <= 2:  # noqa: PLR2004 - background and one summit
        return inside.astype(np.int32)
    relief = np.uint8(255) - cv2.normalize(distance, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)
    padded = cv2.copyMakeBorder(relief, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=255)
    flood = cv2.copyMakeBorder(markers, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    cv2.watershed(cv2.cvtColor(padded, cv2.COLOR_GRAY2BGR), flood)
    return _fill_lines(flood[1:-1, 1:-1], inside)


def _summits(distance: npt.NDArray[np.float32]) -> Mask:
    """Summits parted from every higher one by a neck narrower than the given share of their own height."""
    levelled = _reconstruct(distance * np.float32(_NECK), distance)
    below = _reconstruct(levelled - np.float32(1e-3), levelled)
    return ((levelled > below) & (distance > 1.0)).astype(np.uint8)


def _reconstruct(marker: npt.NDArray[np.float32], ceiling: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Grey-scale reconstruction: let the marker spread under the ceiling until it stands still.

    Vincent (1993), doi 10.1109/83.217222.
    """
    kernel = np.ones((3, 3), np.uint8)
    while True:
        grown = np.minimum(cv2.dilate(marker, kernel), ceiling)
        if np.array_equal(grown, marker):
            return grown
        marker = grown


def _fill_lines(flood: Labels, inside: npt.NDArray[np.bool_]) -> Labels:
    """Give the watershed's lines to a neighbour, so that the parts cover the blob."""
    parts = np.where(inside, np.maximum(flood, 0), 0).astype(np.float32)
    for _ in range(max(inside.shape)):
        empty = inside & (parts == 0)
        if not empty.any():
            break
        grown = cv2.dilate(parts, np.ones((3, 3), np.uint8))
        if not (grown[empty] > 0).any():
            parts[empty] = 1
            break
        parts[empty] = grown[empty]
    return parts.astype(np.int32)
