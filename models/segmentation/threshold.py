"""Otsu's threshold for three classes."""

from functools import cache

import numpy as np
import numpy.typing as npt

_BINS = 128
_WIDTH = 256 // _BINS


def three_classes(values: npt.NDArray[np.uint8]) -> tuple[float, float]:
    """Two thresholds that split values into the three classes with the least variance inside.

    Otsu (1979), doi 10.1109/TSMC.1979.4310076, in its multi-level form, by exhaustive search over 128 bins.

    Parameters
    ----------
    values : numpy.ndarray
        uint8, any shape, at least one element.

    Returns
    -------
    tuple of float
        Lower and upper threshold, 0 to 255; a class is what lies strictly above its threshold.
    """
    counts = np.bincount(values.ravel() // _WIDTH, minlength=_BINS).astype(np.float64)
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
