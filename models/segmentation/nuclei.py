"""Find leukocyte nuclei by their dye, then outline each within its own surroundings."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.instances import separate
from models.segmentation.regions import boxes_of, disc, renumbered, window_of
from models.segmentation.stain import Plane, Rgb, Stain
from models.segmentation.threshold import three_classes

Mask = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.int32]

_HOLE_SHARE = 0.05
_GAMMA = 0.7
_BLUE_WEIGHT = 0.5
_ALIKE = 4
_STAINED = 0.15
_REST_QUANTILE = 0.9
_REST_SHARE = 0.05
_BITE = 0.3
_BITE_PURPLE = 0.5


@dataclass(frozen=True, slots=True)
class NucleusRule:
    """What counts as a nucleus.

    Parameters
    ----------
    purple : float
        Nuclear dye (natural optical density, see ``Stain.purple``) that marks a candidate.
    smallest_share : float
        Least area of a nucleus, as a share of the image.
    smallest_part : float
        Least area of a nucleus, as a share of the typical one of the image.
    distinctness : float
        By how much a nucleus (median) must be more purple than nine tenths of what else is stained.
    surroundings : float
        Margin around a candidate, in square roots of its area, within which it is outlined.
    """

    purple: float = 0.35
    smallest_share: float = 0.0007
    smallest_part: float = 0.1
    distinctness: float = 0.12
    surroundings: float = 1.5


def find_nuclei(rgb: Rgb, stain: Stain, rule: NucleusRule) -> Labels:
    """Mark the nuclei of a field, touching ones apart.

    What is purple enough is a candidate. A nucleus is the darkest of three classes of darkness among its candidate and
    the surroundings. Its like, neighbouring nuclei, are left out of these, so that a pale one is not lost beside a dark
    one; specks stay in, so that granules beside a nucleus are seen to be paler than it.

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
        int32, (height, width): 0 outside, 1 to n in nuclei; all 0 in a field without leukocytes.
    """
    smallest = max(12.0, rule.smallest_share * rgb.shape[0] * rgb.shape[1])
    purple = (cv2.GaussianBlur(stain.purple, (0, 0), 1.0) > rule.purple).astype(np.uint8)
    candidates = separate(_tidy(purple, smallest, smallest))
    darkness = darkness_of(rgb)
    areas = np.bincount(candidates.ravel())
    areas[0] = 0
    smallest = max(smallest, rule.smallest_part * _typical(areas))
    nuclei = np.zeros_like(candidates)
    found = 0
    for label, box in boxes_of(candidates).items():
        if areas[label] < smallest:
            continue
        window = window_of(box, int(rule.surroundings * np.sqrt(areas[label])) + 2)
        alike = (areas < areas[label] * _ALIKE) & (areas > areas[label] / _ALIKE)
        alike[label] = False
        own = candidates[window] == label
        threshold = three_classes(darkness[window][~alike[candidates[window]]])[1]
        nucleus = own & (darkness[window] > threshold)
        nucleus = _without_bites(nucleus, own, stain.purple[window])
        nucleus = _tidy(nucleus.astype(np.uint8), smallest, np.inf)
        if nucleus.any():
            found += 1
            nuclei[window][nucleus > 0] = found
    return _distinct(nuclei, stain, rule.distinctness)


def _distinct(nuclei: Labels, stain: Stain, distinctness: float) -> Labels:
    """Keep the nuclei that stand out in purple from whatever else is stained, such as deeply stained red cells."""
    near = cv2.dilate((nuclei > 0).astype(np.uint8), disc(2)) > 0
    rest = stain.purple[(stain.density > _STAINED) & ~near]
    if rest.size < _REST_SHARE * near.size:
        return nuclei
    level = np.quantile(rest, _REST_QUANTILE)
    groups = np.arange(int(nuclei.max(initial=0)) + 1, dtype=np.int32)
    for label, box in boxes_of(nuclei).items():
        window = window_of(box)
        if np.median(stain.purple[window][nuclei[window] == label]) < level + distinctness:
            groups[label] = 0
    return renumbered(nuclei, groups)


def _typical(areas: npt.NDArray[np.int64]) -> float:
    """Area-weighted median: specks, however many, weigh little."""
    ordered = np.sort(areas)
    weight = ordered.cumsum()
    return float(ordered[np.searchsorted(weight, weight[-1] / 2)])


def darkness_of(rgb: Rgb) -> Mask:
    """How dark a pixel is in green, less half of how dark it is in blue, on a scale bent by a power of 0.7.

    Between linear, in which a pale nucleus sinks into the cytoplasm, and logarithmic, in which the texture of a dark
    nucleus outweighs its border. The part of blue cancels shadows and red cells.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).

    Returns
    -------
    numpy.ndarray
        uint8, (height, width), 0 to 255.
    """
    bent = (np.arange(256) / 255.0) ** _GAMMA * 255 / (1 + _BLUE_WEIGHT)
    green = cv2.LUT(np.ascontiguousarray(rgb[..., 1]), (255 / (1 + _BLUE_WEIGHT) - bent).astype(np.float32))
    blue = cv2.LUT(np.ascontiguousarray(rgb[..., 2]), (bent * _BLUE_WEIGHT).astype(np.float32))
    return np.asarray(cv2.add(green, blue, dtype=cv2.CV_8U), np.uint8)


def _without_bites(nucleus: Flags, own: Flags, purple: Plane) -> Flags:
    """Fill notches in the outline that are still half as purple as the nucleus: its paler side, not cytoplasm."""
    if not nucleus.any():
        return nucleus
    radius = np.sqrt(np.count_nonzero(nucleus) / np.pi)
    closed = cv2.morphologyEx(
        nucleus.astype(np.uint8), cv2.MORPH_CLOSE, disc(_BITE * radius), borderType=cv2.BORDER_REPLICATE
    )
    purple_enough = purple > _BITE_PURPLE * np.median(purple[nucleus])
    return nucleus | (own & (closed > 0) & purple_enough)


def _tidy(mask: Mask, smallest: float, largest_hole: float) -> Mask:
    """Smooth outlines, close small holes and drop what is smaller than a nucleus.

    Holes are closed up to 0.05 of their blob and up to ``largest_hole`` pixels: where many nuclei touch, the gaps
    between them must stay open, or the crowd would look like one.
    """
    mask = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, disc(2)), np.uint8)
    kept = np.zeros_like(mask)
    contours, hierarchy = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    areas = [cv2.contourArea(contour) for contour in contours]
    parents = [int(links[3]) for links in hierarchy[0]] if contours else []
    for number, parent in enumerate(parents):
        if parent < 0 and areas[number] >= smallest:
            cv2.drawContours(kept, contours, number, 1, cv2.FILLED)
    for number, parent in enumerate(parents):
        if parent >= 0 and areas[number] > min(_HOLE_SHARE * areas[parent], largest_hole):
            cv2.drawContours(kept, contours, number, 0, cv2.FILLED)
    return kept
