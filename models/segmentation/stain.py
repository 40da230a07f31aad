"""How much each pixel absorbs, and how much of that is the purple of a nucleus."""

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
PURPLE_STEP = 0.01
"""Between two levels of `purple_levels`, in units of purple."""
_LOWEST = -0.6


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
    pixels = rgb[::step, ::step].reshape(-1, 3).astype(np.float32)
    brightness = pixels.sum(axis=1)
    bright = pixels[brightness >= np.quantile(brightness, 1 - _BRIGHT_SHARE)]
    return np.asarray(np.median(bright, axis=0), np.float32)


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
    levels = np.arange(256, dtype=np.float32)[:, None] + 1
    table = np.maximum(0, np.log((background + 1) / levels)).astype(np.float32)
    density = cv2.LUT(rgb, np.ascontiguousarray(table[None]))
    purple = cv2.transform(density, _PURPLE)
    red, green, blue = (float(level) for level in background)
    return Stain(
        (red, green, blue), np.asarray(purple, np.float32), np.asarray(cv2.extractChannel(density, 1), np.float32)
    )


def purple_levels(purple: Plane) -> npt.NDArray[np.uint8]:
    """Put a plane of purple on 256 levels, 0.01 apart from -0.6 on, so that it can be counted fast."""
    return np.asarray(
        cv2.convertScaleAbs(np.maximum(purple, _LOWEST), alpha=1 / PURPLE_STEP, beta=-_LOWEST / PURPLE_STEP), np.uint8
    )
