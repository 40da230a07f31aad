"""Touching nuclei apart, by their distance transform."""

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.regions import Region, mask_of, window_of

Mask = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]
Plane = npt.NDArray[np.float32]

_NECK = 0.8
_STEP = 1e-3
_WHOLE = 0.97
_STEPS_BETWEEN_LOOKS = 4
_ONE = 2  # background and one summit


def separate(mask: Mask) -> list[Region]:
    """Find the blobs of a mask, touching nuclei apart.

    A blob is split where its distance transform has several summits, parted by necks narrower than 0.8 of the lesser
    summit. Each pixel then goes to the summit whose inscribed disc it is least outside of.

    Parameters
    ----------
    mask : numpy.ndarray
        uint8, (height, width): 1 where stained, else 0.

    Returns
    -------
    list of Region
        In the order of their first pixel.
    """
    # Beyond the frame a cut cell goes on: without this its summit would move inwards and split off corners.
    framed = np.asarray(cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_REPLICATE), np.uint8)
    regions = []
    contours, hierarchy = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for number, contour in enumerate(contours):
        if hierarchy[0][number][3] >= 0:
            continue
        left, top, width, height = cv2.boundingRect(contour)
        window = window_of((left, top, width, height))
        blob = np.zeros(mask[window].shape, np.uint8)
        cv2.drawContours(blob, contours, number, 1, cv2.FILLED, offset=(-window[1].start, -window[0].start))
        blob &= mask[window]
        if cv2.contourArea(contour) >= _WHOLE * cv2.contourArea(cv2.convexHull(contour)):
            regions.append(Region.within(window, blob))
            continue
        parts = _split(_distance(framed[top : top + height + 2, left : left + width + 2]) * blob)
        regions.extend(Region.within(window, blob & (parts == part)) for part in range(1, int(parts.max()) + 1))
    return regions


def _distance(framed: Mask) -> Plane:
    """Distance to the nearest pixel outside, of all but the outermost pixels."""
    return np.asarray(cv2.distanceTransform(framed, cv2.DIST_L2, 5)[1:-1, 1:-1], np.float32)


def _split(distance: Plane) -> Labels:
    """Give each pixel of a blob the number of its part, from 1."""
    summits = _summits(distance)
    count, seeds = cv2.connectedComponents(summits, connectivity=8)
    if count <= _ONE:
        return np.ones(distance.shape, np.int32)
    outside_of = [
        cv2.distanceTransform((seeds != seed).astype(np.uint8), cv2.DIST_L2, 5) - distance[seeds == seed].min()
        for seed in range(1, count)
    ]
    return np.asarray(np.argmin(outside_of, axis=0) + 1, np.int32)


def _summits(distance: Plane) -> Mask:
    """Summits parted from every higher one by a neck narrower than the given share of their own height."""
    lowered = distance * np.float32(_NECK)
    levelled = _reconstruct(lowered, distance)
    dry = mask_of((levelled == lowered) & (distance > 1))  # each summit keeps some of its own height
    if cv2.connectedComponents(dry, connectivity=8)[0] <= _ONE:
        return dry
    below = _reconstruct(levelled - np.float32(_STEP), levelled)
    return ((levelled - below > _STEP / 2) & (distance > 1)).astype(np.uint8)


def _reconstruct(marker: Plane, ceiling: Plane) -> Plane:
    """Grey-scale reconstruction: let the marker spread under the ceiling until it stands still.

    Vincent (1993), doi 10.1109/83.217222.
    """
    kernel = np.ones((3, 3), np.uint8)
    while True:
        grown = marker
        for _ in range(_STEPS_BETWEEN_LOOKS):
            grown = np.minimum(cv2.dilate(grown, kernel), ceiling)
        if (grown == marker).all():
            return grown
        marker = grown
