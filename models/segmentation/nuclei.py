"""Find leukocyte nuclei by their dye, then outline each within its own surroundings."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.stain import Rgb, Stain
from models.segmentation.threshold import two_classes

Mask = npt.NDArray[np.uint8]

_HOLE_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class NucleusRule:
    """What counts as a nucleus.

    Parameters
    ----------
    purple : float
        Nuclear dye (natural optical density, see ``Stain.purple``) that marks a candidate.
    smallest_share : float
        Least area of a nucleus, as a share of the image.
    separability : float
        Otsu's share of variance between nucleus and cytoplasm (0 to 1) above which a candidate holds both.
    surroundings : float
        Margin around a candidate, in its equivalent diameters, within which it is outlined.
    """

    purple: float = 0.35
    smallest_share: float = 0.0004
    separability: float = 0.75
    surroundings: float = 0.6


def find_nuclei(rgb: Rgb, stain: Stain, rule: NucleusRule) -> Mask:
    """Mark the nuclei of a field.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3), lightly smoothed.
    stain : Stain
        Of the same image.
    rule : NucleusRule

    Returns
    -------
    numpy.ndarray
        uint8, (height, width): 1 in nuclei, 0 elsewhere; all 0 in a field without leukocytes.
    """
    smallest = max(12.0, rule.smallest_share * rgb.shape[0] * rgb.shape[1])
    candidates = (cv2.GaussianBlur(stain.purple, (0, 0), 1.0) > rule.purple).astype(np.uint8)
    candidates = cv2.morphologyEx(candidates, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, blobs, stats, _ = cv2.connectedComponentsWithStats(candidates, connectivity=4)
    darkness = _darkness(rgb)
    nuclei = np.zeros_like(candidates)
    for blob in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[blob])
        if area < smallest:
            continue
        margin = int(rule.surroundings * np.sqrt(area)) + 2
        window = (
            slice(max(0, top - margin), top + height + margin),
            slice(max(0, left - margin), left + width + margin),
        )
        own = blobs[window] == blob
        threshold, separability = two_classes(darkness[window][own])
        inside = own & (darkness[window] > threshold) if separability > rule.separability else own
        nuclei[window] |= inside.astype(np.uint8)
    return _without_specks(nuclei, smallest)


def _darkness(rgb: Rgb) -> Mask:
    """Darkness in green on a square-root scale, 0 to 255.

    Between linear (in which a pale nucleus sinks into the cytoplasm) and logarithmic (in which the texture of a dark
    nucleus outweighs its border).
    """
    table = 255 - np.sqrt(np.arange(256) / 255.0) * 255
    return cv2.LUT(np.ascontiguousarray(rgb[..., 1]), table.astype(np.uint8))


def _without_specks(mask: Mask, smallest: float) -> Mask:
    """Smooth outlines, close pinholes and drop what is smaller than a nucleus."""
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3)))
    kept = np.zeros_like(mask)
    contours, hierarchy = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    for number, contour in enumerate(contours):
        area = cv2.contourArea(contour)
        is_hole = hierarchy[0][number][3] >= 0
        if not is_hole and area >= smallest:
            cv2.drawContours(kept, contours, number, 1, cv2.FILLED)
    for number, contour in enumerate(contours):
        is_hole = hierarchy[0][number][3] >= 0
        if is_hole and cv2.contourArea(contour) > _HOLE_SHARE * cv2.contourArea(contours[hierarchy[0][number][3]]):
            cv2.drawContours(kept, contours, number, 0, cv2.FILLED)
    return kept
