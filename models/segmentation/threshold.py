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


def otsu(histogram: Histogram) -> float:
    """Threshold that splits levels into the two classes with the least variance inside.

    Otsu (1979), doi 10.1109/TSMC.1979.4310076.

    Parameters
    ----------
    histogram : numpy.ndarray
        float64, (256,), at least one pixel.

    Returns
    -------
    float
        0 to 255; the upper class is what lies strictly above it.
    """
    mass, moment = histogram.cumsum(), (histogram * np.arange(len(histogram))).cumsum()
    apart = (moment[-1] * mass - moment * mass[-1]) ** 2
    return float((apart / np.maximum(mass * (mass[-1] - mass), 1)).argmax())


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
    between = moment[None, :] - moment[:, None]
    between *= between
    between /= np.maximum(weight, 1e-9, out=weight)
    total = between + between[0, :, None]
    total += between[None, :, _BINS]
    total += _uncut()
    lower, upper = divmod(int(total.argmax()), _BINS + 1)
    return float(lower * _WIDTH - 1), float(upper * _WIDTH - 1)


@cache
def _uncut() -> Histogram:
    """0 for every pair of bins at which three classes can be parted, minus infinity for the others."""
    lower, upper = np.indices((_BINS + 1, _BINS + 1))
    return np.where((lower > 0) & (lower < upper) & (upper < _BINS), 0, -np.inf)
