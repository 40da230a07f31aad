"""Changes of colour that leave every cell where it is, for augmentation and for the shortcut audit."""

import cv2
import numpy as np
import numpy.typing as npt

from models.classification.preprocessing import outside_corner


def statistics(rgb224: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Measure an image's colours, the scale bar's corner left out.

    Returns
    -------
    float32 (2, 3)
        Mean and standard deviation of L* (0..100), a* and b* (about -127..127).
    """
    lab = cv2.cvtColor(rgb224.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    mean, deviation = cv2.meanStdDev(lab, mask=outside_corner().astype(np.uint8))
    return np.stack([mean[:, 0], deviation[:, 0]]).astype(np.float32)


def put(rgb224: npt.NDArray[np.uint8], wanted: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Give an image the colour statistics of another (Reinhard et al. 2001, doi:10.1109/38.946629).

    Parameters
    ----------
    rgb224 : uint8 (224, 224, 3)
    wanted : float32 (2, 3)
        As `statistics` returns.

    Returns
    -------
    uint8 (224, 224, 3)
        Colours outside RGB are clipped.
    """
    own = statistics(rgb224)
    gain = wanted[1] / np.maximum(own[1], np.float32(1e-3))
    lab = cv2.cvtColor(rgb224.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    rgb = cv2.cvtColor((lab - own[0]) * gain + wanted[0], cv2.COLOR_LAB2RGB)
    return np.asarray(np.rint(np.clip(rgb, 0, 1) * 255), np.uint8)


def white_balance(rgb224: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Scale each channel so that the bright background (its 95th percentile) becomes white."""
    white = np.percentile(rgb224[outside_corner()], 95, axis=0)
    return np.clip(rgb224 * (255 / np.maximum(white, 1)), 0, 255).astype(np.uint8)


def grey_world(rgb224: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Scale each channel so that the three have the same mean."""
    means = rgb224[outside_corner()].mean(axis=0)
    return np.asarray(np.clip(rgb224 * (means.mean() / np.maximum(means, 1)), 0, 255), np.uint8)


def grey(rgb224: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Drop all colour; the three channels become the luma."""
    return np.repeat(cv2.cvtColor(rgb224, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
