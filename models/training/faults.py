"""Photographs spoiled beyond use, to see that the quality gate stops them."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from models.training.audit import blur

Image = npt.NDArray[np.uint8]
DEFOCUS = 4.0
"""Standard deviation, in pixels of 224."""
MOTION = 15
"""Length of the smear, in pixels of 224."""
OVEREXPOSED, UNDEREXPOSED, WASHED_OUT = 2.2, 0.25, 0.15


def move(image: Image, length: int = MOTION, turns: int = 0) -> Image:
    """Smear an image along one of four directions.

    Parameters
    ----------
    image : uint8 (H, W, 3)
    length
        Pixels, odd.
    turns
        Direction, in eighths of a full turn from the horizontal.
    """
    across, down = ((1, 0), (1, 1), (0, 1), (-1, 1))[turns % 4]
    kernel = np.zeros((length, length), dtype=np.float32)
    steps = np.arange(length) - length // 2
    stretch = np.hypot(across, down)  # a diagonal step is longer than a straight one
    places = np.rint(np.outer(steps / stretch, (down, across))).astype(int) + length // 2
    kernel[places[:, 0], places[:, 1]] = 1
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


def expose(image: Image, factor: float) -> Image:
    """Multiply the light, clipped at white."""
    return np.asarray(np.clip(np.rint(image * factor), 0, 255), np.uint8)


def wash_out(image: Image, share: float = WASHED_OUT) -> Image:
    """Leave only a share of the stain's optical density against the empty field (95th percentile per channel)."""
    field = np.maximum(np.percentile(image, 95, axis=(0, 1)), 1)
    density = -np.log(np.maximum(image, 1) / field)
    return np.asarray(np.clip(np.rint(field * np.exp(-share * density)), 0, 255), np.uint8)


FAULTS: dict[str, Callable[[Image, int], Image]] = {
    "defocus": lambda image, _: blur(image, DEFOCUS),
    "motion": lambda image, row: move(image, turns=row),
    "overexposed": lambda image, _: expose(image, OVEREXPOSED),
    "underexposed": lambda image, _: expose(image, UNDEREXPOSED),
    "stain washed out": lambda image, _: wash_out(image),
}
"""From an image uint8 (224, 224, 3) and its row, which turns the motion, to the spoiled image."""
