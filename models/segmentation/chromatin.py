"""How evenly the chromatin of a nucleus lies."""

import math

import cv2
import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.uint8]

_WIDTH = 24
"""Of every nucleus on the copy that is measured, pixels: the same clumps count at each magnification."""
_FINEST = 0.05  # of the width: what is smaller is noise of the camera or of the JPEG
_TREND = 0.5  # of the width: the mean over a square this wide is taken off
_RIM = np.ones((5, 5), np.uint8)  # two pixels of the copy are left out along the outline, which is blurred
_AVERAGED = 2  # times as wide as the copy, or wider: every pixel counts, which takes longer
_FEWEST = 60  # pixels of the copy; a disc leaves about 300
_NARROWEST = 8.0  # pixels
_FAINTEST = 0.05  # natural optical density


def chromatin_contrast(green: Mask, nucleus: Mask, background: float) -> float | None:
    """Measure how much darker and lighter the chromatin is from place to place.

    The nucleus is brought to a width of 24 pixels and to optical density (Beer-Lambert law), its rim is left out, and
    the mean around each pixel is taken off, so that a shadow or a thicker side does not count. What is left are clumps
    and gaps from about 1/8 to 1/2 of the nucleus' width. Their standard deviation is given as a share of the mean
    density: a coefficient of variation, which neither the light nor the depth of the stain changes. It is the root of
    the variance among the textural features of Haralick, Shanmugam and Dinstein (1973,
    doi:10.1109/TSMC.1973.4309314), of densities instead of grey levels.

    Parameters
    ----------
    green : numpy.ndarray
        Green of a window that holds the nucleus: uint8, (height, width), 0 to 255.
    nucleus : numpy.ndarray
        uint8, (height, width): 1 inside, 0 outside.
    background : float
        Green of the empty field, 0 to 255.

    Returns
    -------
    float or None
        Without unit, from 0 (perfectly even); seldom outside 0.03 to 0.15. Where clumps are packed so densely that no
        light is left between them, it is low too. None where there is too little to measure: nuclei less than 8 pixels
        wide, those that are all rim, and those hardly stained.
    """
    width = 2 * math.sqrt(cv2.countNonZero(nucleus) / math.pi)
    if width < _NARROWEST:
        return None
    height_of_copy, width_of_copy = (max(1, round(side * _WIDTH / width)) for side in green.shape)
    size = (width_of_copy, height_of_copy)
    inside = cv2.resize(nucleus, size, interpolation=cv2.INTER_LINEAR)
    inside = cv2.erode(inside, _RIM, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    if cv2.countNonZero(inside) < _FEWEST:
        return None
    way = cv2.INTER_LINEAR if width < _AVERAGED * _WIDTH else cv2.INTER_AREA
    light = cv2.GaussianBlur(cv2.resize(green, size, interpolation=way).astype(np.float32), (0, 0), _FINEST * _WIDTH)
    density = np.float32(math.log(background + 1)) - cv2.log(light + 1)
    mean = cv2.mean(density, inside)[0]
    if mean < _FAINTEST:
        return None
    weight = inside.astype(np.float32)
    rest = density - _sum_around(density * weight) / np.maximum(_sum_around(weight), 1)
    deviation = cv2.meanStdDev(rest, mask=inside)[1]
    return float(deviation[0, 0]) / mean


def _sum_around(plane: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    side = round(_TREND * _WIDTH) + 1
    return np.asarray(cv2.boxFilter(plane, -1, (side, side), normalize=False, borderType=cv2.BORDER_CONSTANT))
