"""Find leukocyte nuclei by their dye, then outline each within its own surroundings."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.instances import separate
from models.segmentation.regions import Region, closed, disc, mask_of, painted, window_of
from models.segmentation.stain import NO_PURPLE, PURPLE_STEP, Plane, Rgb, Stain, purple_levels
from models.segmentation.threshold import Histogram, Levels, histogram_of, quantile, three_classes

Mask = npt.NDArray[np.uint8]

_HOLE_SHARE = 0.05
_GAMMA = 0.7
_BLUE_WEIGHT = 0.5
_ALIKE = 4
_STAINED = 0.15
_REST_QUANTILE = 0.9
_REST_SHARE = 0.05
_BITE = 0.3
_BITE_PURPLE = 0.5
_EVERY = 2  # rows of which one is counted


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


def find_nuclei(rgb: Rgb, stain: Stain, rule: NucleusRule) -> list[Region]:
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
    list of Region
        The nuclei; none in a field without leukocytes.
    """
    smallest = max(12.0, rule.smallest_share * rgb.shape[0] * rgb.shape[1])
    levels = purple_levels(stain.purple)
    purple = mask_of(cv2.GaussianBlur(levels, (5, 5), 1.0) > NO_PURPLE + rule.purple / PURPLE_STEP)
    candidates = separate(_tidy(purple, smallest, smallest))
    smallest = max(smallest, rule.smallest_part * _typical([candidate.area for candidate in candidates]))
    numbers = painted(candidates, stain.purple.shape)
    areas = np.array([0] + [candidate.area for candidate in candidates])
    darkness = darkness_of(rgb)
    nuclei = []
    for number, candidate in enumerate(candidates, start=1):
        if candidate.area < smallest:
            continue
        window = window_of(candidate.box, int(rule.surroundings * np.sqrt(candidate.area)) + 2, numbers.shape)
        alike = (areas < candidate.area * _ALIKE) & (areas > candidate.area / _ALIKE)
        alike[number] = False
        rows = slice(window[0].start, window[0].stop, _EVERY), window[1]
        surroundings = histogram_of(darkness[rows], mask_of(~alike).take(numbers[rows]))
        nucleus = _outlined(candidate, darkness, levels, surroundings)
        nucleus = _tidy(nucleus, smallest, np.inf)
        if nucleus.any():
            nuclei.append(Region.within(candidate.window, nucleus))
    return _distinct(nuclei, levels, stain.density, rule.distinctness)


def _outlined(candidate: Region, darkness: Mask, purple: Levels, surroundings: Histogram) -> Mask:
    """Nucleus of a candidate, in its window."""
    nucleus = mask_of(darkness[candidate.window] > three_classes(surroundings)[1]) & candidate.mask
    if not nucleus.any():
        return nucleus
    return _without_bites(nucleus, candidate.mask, purple[candidate.window])


def _distinct(nuclei: list[Region], purple: Levels, density: Plane, distinctness: float) -> list[Region]:
    """Keep the nuclei that stand out in purple from whatever else is stained, such as deeply stained red cells."""
    near = cv2.dilate(mask_of(painted(nuclei, purple.shape) > 0), disc(2))
    rest = histogram_of(purple[::_EVERY], mask_of((density > _STAINED) & (near == 0))[::_EVERY])
    if rest.sum() < _REST_SHARE * near[::_EVERY].size:
        return nuclei
    least = quantile(rest, _REST_QUANTILE) + distinctness / PURPLE_STEP
    return [each for each in nuclei if quantile(histogram_of(purple[each.window], each.mask), 0.5) >= least]


def _typical(areas: list[int]) -> float:
    """Area-weighted median: specks, however many, weigh little."""
    ordered = np.sort(areas)
    weight = ordered.cumsum()
    return float(ordered[np.searchsorted(weight, weight[-1] / 2)]) if areas else 0.0


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


def _without_bites(nucleus: Mask, own: Mask, purple: Levels) -> Mask:
    """Fill notches in the outline that are still half as purple as the nucleus: its paler side, not cytoplasm."""
    radius = np.sqrt(cv2.countNonZero(nucleus) / np.pi)
    enough = NO_PURPLE + _BITE_PURPLE * (quantile(histogram_of(purple, nucleus), 0.5) - NO_PURPLE)
    return nucleus | (own & closed(nucleus, _BITE * radius) & mask_of(purple > enough))


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
