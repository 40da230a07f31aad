"""Regions of an image, each held in a window of its own so that work on it costs what it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

Labels = npt.NDArray[np.int32]
Mask = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
Window = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Region:
    """Some pixels of an image.

    Attributes
    ----------
    left, top : int
        Where its window lies in the image, pixels.
    mask : numpy.ndarray
        uint8, (height, width) of the window: 1 inside, 0 outside.
    area : int
        Pixels inside.
    """

    left: int
    top: int
    mask: Mask
    area: int

    @classmethod
    def within(cls, window: Window, mask: Mask) -> Region:
        """Region of a mask that covers a window of an image, the window shrunk to what the mask holds."""
        left, top, width, height = cv2.boundingRect(mask)
        held = np.ascontiguousarray(mask[top : top + height, left : left + width])
        return cls(window[1].start + left, window[0].start + top, held, cv2.countNonZero(held))

    @property
    def box(self) -> Box:
        """Left, top, width, height of the window."""
        return self.left, self.top, self.mask.shape[1], self.mask.shape[0]

    @property
    def window(self) -> Window:
        """Rows and columns of the window."""
        return window_of(self.box)

    @property
    def radius(self) -> float:
        """Of a disc of the same area."""
        return float(np.sqrt(self.area / np.pi))

    def seen_from(self, window: Window) -> Mask:
        """Mask of the region in another window of the same image."""
        seen = np.zeros((window[0].stop - window[0].start, window[1].stop - window[1].start), np.uint8)
        rows, columns = self.window
        top, bottom = max(rows.start, window[0].start), min(rows.stop, window[0].stop)
        left, right = max(columns.start, window[1].start), min(columns.stop, window[1].stop)
        if top < bottom and left < right:
            seen[top - window[0].start : bottom - window[0].start, left - window[1].start : right - window[1].start] = (
                self.mask[top - rows.start : bottom - rows.start, left - columns.start : right - columns.start]
            )
        return seen


def window_of(box: Box, margin: int = 0, shape: tuple[int, ...] | None = None) -> Window:
    """Rows and columns of a box, widened by a margin in pixels and cut to an image's shape."""
    left, top, width, height = box
    bottom, right = top + height + margin, left + width + margin
    if shape is not None:
        bottom, right = min(bottom, shape[0]), min(right, shape[1])
    return slice(max(0, top - margin), bottom), slice(max(0, left - margin), right)


def around(boxes: Sequence[Box]) -> Box:
    """Box around several."""
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def painted(regions: Sequence[Region], shape: tuple[int, int]) -> Labels:
    """Label image of regions: int32, 0 outside, 1 to n in the order given; of two that overlap the first stays."""
    labels = np.zeros(shape, np.int32)
    paint(labels, regions, range(1, len(regions) + 1))
    return labels


def paint(labels: Labels, regions: Sequence[Region], numbers: Sequence[int]) -> None:
    """Write the number of each region over a label image; of two regions that overlap the first stays on top."""
    for region, number in zip(reversed(regions), reversed(numbers), strict=True):
        np.copyto(labels[region.window], number, where=region.mask.view(np.bool_))


def regions_of(labels: Labels) -> list[Region]:
    """Region of every label from 1 on.

    Parameters
    ----------
    labels : numpy.ndarray
        int32, (height, width): 0 outside, 1 to n.
    """
    places = np.flatnonzero(labels > 0)
    numbers = labels.ravel()[places]
    order = np.argsort(numbers, kind="stable")
    rows, columns = np.divmod(places[order], labels.shape[1])
    ends = np.bincount(numbers)[1:].cumsum() if len(numbers) else np.zeros(0, np.int64)
    regions = []
    for number, (start, end) in enumerate(zip(np.concatenate([[0], ends[:-1]]), ends, strict=False), start=1):
        left, right = int(columns[start:end].min()), int(columns[start:end].max())
        window = (slice(int(rows[start]), int(rows[end - 1]) + 1), slice(left, right + 1))
        mask = (labels[window] == number).astype(np.uint8)
        regions.append(Region(left, window[0].start, mask, int(end - start)))
    return regions


def mask_of(flags: npt.NDArray[np.bool_]) -> Mask:
    """Read flags as a mask of 0 and 1, on the same memory."""
    return flags.view(np.uint8)


def opened(mask: Mask, radius: float) -> Mask:
    """Drop what a disc does not fit into; the frame of the mask is no border.

    By distance transforms, whose cost does not grow with the radius.
    """
    if not mask.any():
        return mask
    core = mask_of(_distance_inside(mask) > radius)
    return mask_of(_distance_inside(1 - core) <= radius) if core.any() else core


def closed(mask: Mask, radius: float) -> Mask:
    """Fill what a disc outside does not reach into; the frame of the mask is no border."""
    return 1 - opened(1 - mask, radius)


def _distance_inside(mask: Mask) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.distanceTransform(mask, cv2.DIST_L2, 5), np.float32)


def disc(radius: float) -> Mask:
    """Disc-shaped kernel of at least 3 by 3 pixels."""
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
