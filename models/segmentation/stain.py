"""How much each pixel absorbs, and how much of that is the purple of a nucleus."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.float32]

# Nuclear dye absorbs green most and lets blue through. Haemoglobin absorbs blue as well (Soret band), and grey-blue
# red cells absorb red as much as green: both cancel here, while nuclei of every stain tried stay above 0.5.
_PURPLE = np.array([[-1.0, 2.0, -2.0]], np.float32)
_BRIGHT_SHARE = 0.15
_BACKGROUND_PIXELS = 10_000
PURPLE_STEP = 0.015
"""Between two levels of `purple_levels`, in units of purple."""
_LOWEST = -0.6
NO_PURPLE = -_LOWEST / PURPLE_STEP
"""Level of `purple_levels` at which purple is 0."""


@dataclass(frozen=True, slots=True)
class Stain:
    """What the stain absorbs, pixel by pixel.

    Attributes
    ----------
    background : tuple of float
        RGB of the empty field, 0 to 255.
    purple : numpy.ndarray
        float32, (height, width): nuclear dye, in units of natural optical density; about 0 for background and red
        cells, above 0.5 in nuclei.
    density : numpy.ndarray
        float32, (height, width): optical density in green, natural logarithm, at least 0.
    """

    background: tuple[float, float, float]
    purple: Plane
    density: Plane


def background_of(rgb: Rgb) -> npt.NDArray[np.float32]:
    """Colour of the empty field: the median of the brightest pixels.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).

    Returns
    -------
    numpy.ndarray
        float32, (3,), 0 to 255.
    """
    step = max(1, round(np.sqrt(rgb.shape[0] * rgb.shape[1] / _BACKGROUND_PIXELS)))
    channels = rgb[::step, ::step].reshape(-1, 3).T.astype(np.uint16)
    brightness = channels[0] + channels[1] + channels[2]
    darker = math.ceil((1 - _BRIGHT_SHARE) * (brightness.size - 1))
    bright = brightness >= np.searchsorted(np.bincount(brightness).cumsum(), darker, side="right")
    return np.asarray([np.median(channel[bright]) for channel in channels], np.float32)


def stain_of(rgb: Rgb) -> Stain:
    """Separate the stain from the light (Beer-Lambert law, against the field's own background).

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).

    Returns
    -------
    Stain
    """
    background = background_of(rgb)
    density = cv2.LUT(rgb, np.dstack([_densities(float(level)) for level in background]))
    purple = cv2.transform(density, _PURPLE)
    red, green, blue = (float(level) for level in background)
    return Stain(
        (red, green, blue), np.asarray(purple, np.float32), np.asarray(cv2.extractChannel(density, 1), np.float32)
    )


def density_of(plane: npt.NDArray[np.uint8], background: float) -> Plane:
    """Optical density of one colour (natural logarithm, at least 0) against its brightness in the empty field."""
    return np.asarray(cv2.LUT(plane, _densities(background)), np.float32)


def _densities(background: float) -> Plane:
    """Optical density of each of the 256 levels of a colour: float32, (1, 256)."""
    levels = np.arange(1, 257, dtype=np.float32)[None]
    return np.asarray(np.maximum(0, np.log((background + 1) / levels)), np.float32)


def purple_levels(purple: Plane) -> npt.NDArray[np.uint8]:
    """Put a plane of purple on 256 levels, 0.015 apart from -0.6 on, so that it can be counted fast."""
    return np.asarray(cv2.convertScaleAbs(np.maximum(purple, _LOWEST), alpha=1 / PURPLE_STEP, beta=NO_PURPLE), np.uint8)
