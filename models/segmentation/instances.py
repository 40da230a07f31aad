"""Touching nuclei apart, by their distance transform."""

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]
Plane = npt.NDArray[np.float32]

_NECK = 0.8
_STEP = 1e-3


def separate(mask: Mask) -> Labels:
    """Label the blobs of a mask, touching nuclei apart.

    A blob is split where its distance transform has several summits, parted by necks narrower than 0.8 of the lesser
    summit. Each pixel then goes to the summit whose inscribed disc it is least outside of.

    Parameters
    ----------
    mask : numpy.ndarray
        uint8, (height, width), non-zero where stained.

    Returns
    -------
    numpy.ndarray
        int32, (height, width): 0 outside, 1 to n inside.
    """
    mask = (mask > 0).astype(np.uint8)
    # Beyond the frame a cut cell goes on: without this its summit would move inwards and split off corners.
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    distance = np.asarray(cv2.distanceTransform(framed, cv2.DIST_L2, 5), np.float32)[1:-1, 1:-1]
    count, blobs, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
    labels = np.zeros(mask.shape, np.int32)
    found = 0
    for blob in range(1, count):
        left, top, width, height = (int(value) for value in stats[blob][:4])
        window = (slice(top, top + height), slice(left, left + width))
        inside = blobs[window] == blob
        parts = _split(np.where(inside, distance[window], 0).astype(np.float32))
        labels[window][inside] = parts[inside] + found
        found += int(parts.max())
    return labels


def _split(distance: Plane) -> Labels:
    """Give each pixel of a blob the number of its part, from 1."""
    summits = _summits(distance)
    count, seeds = cv2.connectedComponents(summits, connectivity=8)
    if count <= 2:  # noqa: PLR2004 - background and one summit
        return np.ones(distance.shape, np.int32)
    outside_of = [
        cv2.distanceTransform((seeds != seed).astype(np.uint8), cv2.DIST_L2, 5) - distance[seeds == seed].min()
        for seed in range(1, count)
    ]
    return np.asarray(np.argmin(outside_of, axis=0) + 1, np.int32)


def _summits(distance: Plane) -> Mask:
    """Summits parted from every higher one by a neck narrower than the given share of their own height."""
    levelled = _reconstruct(distance * np.float32(_NECK), distance)
    below = _reconstruct(levelled - np.float32(_STEP), levelled)
    return ((levelled - below > _STEP / 2) & (distance > 1)).astype(np.uint8)


def _reconstruct(marker: Plane, ceiling: Plane) -> Plane:
    """Grey-scale reconstruction: let the marker spread under the ceiling until it stands still.

    Vincent (1993), doi 10.1109/83.217222.
    """
    kernel = np.ones((3, 3), np.uint8)
    while True:
        grown = np.minimum(cv2.dilate(marker, kernel), ceiling)
        if np.array_equal(grown, marker):
            return grown
        marker = grown
