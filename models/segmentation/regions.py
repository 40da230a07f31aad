"""Numbered regions of an image, found and numbered anew."""

import cv2
import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.int32]
Mask = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]


def boxes_of(labels: Labels) -> dict[int, Box]:
    """Bounding box of every region, in one pass over the image.

    Parameters
    ----------
    labels : numpy.ndarray
        int32, (height, width), 0 outside.

    Returns
    -------
    dict of int to tuple of int
        Left, top, width, height by label, labels ascending.
    """
    rows, columns = np.nonzero(labels)
    if not len(rows):
        return {}
    found = labels[rows, columns]
    size = int(found.max()) + 1
    first = np.full((2, size), np.iinfo(np.int64).max)
    last = np.full((2, size), -1)
    for axis, places in enumerate((columns, rows)):
        np.minimum.at(first[axis], found, places)
        np.maximum.at(last[axis], found, places)
    return {
        int(label): (
            int(first[0, label]),
            int(first[1, label]),
            int(last[0, label] - first[0, label]) + 1,
            int(last[1, label] - first[1, label]) + 1,
        )
        for label in np.flatnonzero(last[0] >= 0)
    }


def window_of(box: Box, margin: int = 0) -> tuple[slice, slice]:
    """Rows and columns of a box, widened by a margin in pixels; slicing cuts what lies beyond the frame."""
    left, top, width, height = box
    return (
        slice(max(0, top - margin), top + height + margin),
        slice(max(0, left - margin), left + width + margin),
    )


def disc(radius: float) -> Mask:
    """Disc-shaped kernel of at least 3 by 3 pixels."""
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def renumbered(labels: Labels, groups: npt.NDArray[np.int32]) -> Labels:
    """Give every region the number of its group, groups numbered from 1 in the order of their first region.

    Parameters
    ----------
    labels : numpy.ndarray
        int32, (height, width), 0 outside.
    groups : numpy.ndarray
        int32, one entry for each label from 0 on: the group it belongs to; 0 drops the region.
    """
    numbers = np.zeros(int(groups.max(initial=0)) + 1, np.int32)
    for group in groups[1:]:
        if group and not numbers[group]:
            numbers[group] = numbers.max() + 1
    return np.asarray(numbers[groups][labels], np.int32)
