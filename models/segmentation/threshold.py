"""Thresholds from histograms."""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

_BINS = 64
_WIDTH = 256 // _BINS

Levels = npt.NDArray[np.uint8]
Histogram = npt.NDArray[np.float64]


def histogram_of(values: Levels, mask: Levels | None = None) -> Histogram:
    """Count the pixels of each level.

    Parameters
    ----------
    values : numpy.ndarray
        uint8, (height, width).
    mask : numpy.ndarray, optional
        uint8, the same shape: non-zero where pixels count; everywhere when left out.

    Returns
    -------
    numpy.ndarray
        float64, (256,).
    """
    return np.asarray(cv2.calcHist([values], [0], mask, [256], [0, 256]).ravel(), np.float64)


def quantile(histogram: Histogram, share: float) -> float:
    """Level that a share (0 to 1) of the counted pixels lies at or below; 0 when there are none."""
    mass = histogram.cumsum()
    return float(np.searchsorted(mass, share * mass[-1])) if mass[-1] else 0.0


def three_classes(histogram: Histogram) -> tuple[float, float]:
    """Two thresholds that split levels into the three classes with the least variance inside.

    Otsu (1979), doi 10.1109/TSMC.1979.4310076, in its multi-level form, by exhaustive search over 64 bins.

    Parameters
    ----------
    histogram : numpy.ndarray
        float64, (256,), at least one pixel.

    Returns
    -------
    tuple of float
        Lower and upper threshold, 0 to 255; a class is what lies strictly above its threshold.
    """
    counts = histogram.reshape(_BINS, _WIDTH).sum(axis=1)
    mass = np.concatenate([[0.0], counts.cumsum()])
    moment = np.concatenate([[0.0], (counts * np.arange(_BINS)).cumsum()])
    # between[a, b]: what bins a to b-1 add to the variance between classes when they form one class.
    weight = mass[None, :] - mass[:, None]
    between = (moment[None, :] - moment[:, None]) ** 2 / np.maximum(weight, 1e-9)
    lower, upper = _cuts()
    best = int((between[0, lower] + between[lower, upper] + between[upper, _BINS]).argmax())
    return float(lower[best] * _WIDTH - 1), float(upper[best] * _WIDTH - 1)


@cache
def _cuts() -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Every pair of bins at which three classes can be parted."""
    lower, upper = np.triu_indices(_BINS, 1)
    return lower[lower > 0], upper[lower > 0]
