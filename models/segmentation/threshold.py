"""Otsu's threshold for two and for three classes, on a histogram."""

import numpy as np
import numpy.typing as npt

Histogram = npt.NDArray[np.float64]


def three_classes(values: npt.NDArray[np.uint8], bins: int = 128) -> tuple[float, float]:
    """Two thresholds that split values into the three classes with the least variance inside.

    Otsu (1979), doi 10.1109/TSMC.1979.4310076, in its multi-level form, by exhaustive search over a histogram.

    Parameters
    ----------
    values : numpy.ndarray
        uint8, any shape, at least one element.
    bins : int
        Histogram bins; a power of two up to 256.

    Returns
    -------
    tuple of float
        Lower and upper threshold, 0 to 255; a class is what lies strictly above its threshold.
    """
    width = 256 // bins
    counts = np.bincount(values.ravel() // width, minlength=bins).astype(np.float64)
    mass = np.concatenate([[0.0], counts.cumsum()])
    moment = np.concatenate([[0.0], (counts * np.arange(bins)).cumsum()])
    # between[a, b]: what bins a to b-1 add to the variance between classes when they form one class.
    weight = mass[None, :] - mass[:, None]
    between = (moment[None, :] - moment[:, None]) ** 2 / np.maximum(weight, 1e-9)
    lower, upper = np.triu_indices(bins, 1)
    keep = lower > 0
    lower, upper = lower[keep], upper[keep]
    score = between[0, lower] + between[lower, upper] + between[upper, bins]
    best = int(score.argmax())
    return float(lower[best] * width - 1), float(upper[best] * width - 1)


def two_classes(values: npt.NDArray[np.uint8]) -> tuple[float, float]:
    """Otsu's threshold, and how well it parts the values.

    Parameters
    ----------
    values : numpy.ndarray
        uint8, any shape, at least one element.

    Returns
    -------
    tuple of float
        The threshold, 0 to 255 (the upper class lies strictly above it), and the share of variance that lies between
        the classes, 0 to 1: about 0.64 for one bell-shaped class, near 1 for two classes far apart.
    """
    counts = np.bincount(values.ravel(), minlength=256).astype(np.float64)
    mass, moment = counts.cumsum(), (counts * np.arange(256)).cumsum()
    total = mass[-1]
    mean = moment[-1] / total
    variance = float((counts * (np.arange(256) - mean) ** 2).sum() / total)
    weight = mass * (total - mass) / total
    between = (mean * mass - moment) ** 2 / np.maximum(weight, 1e-9) / total**2
    best = int(between.argmax())
    return float(best), float(between[best] / variance) if variance else 0.0
