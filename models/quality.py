"""Whether a photograph is good enough to be judged, and if not, what to do at the microscope."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation import Cell, Segmentation
from models.segmentation.stain import Rgb, density_of
from models.segmentation.threshold import Levels, histogram_of, quantile

_FOCUS_SIDE = 224
_NUCLEUS_WIDTH = 24.0
_DEEPEST = 1.5
_WHITE = 253
_EMPTY = 0.08
_LARGEST_DENSITY = 2.55
_EVERY = 2  # rows of which one is counted

ADVICE = {
    "too_small": "Image too small: upload the camera's original, not a preview.",
    "underexposed": "Underexposed: raise the lamp or the exposure time and retake.",
    "overexposed": "Overexposed: lower the lamp or the exposure time and retake.",
    "low_contrast": "Too little contrast: close the condenser diaphragm slightly, clean the lens and retake.",
    "not_stained": "No stain colour: check the stain, switch the camera to colour and retake.",
    "out_of_focus": "Out of focus: refocus with the fine knob and retake.",
    "no_leukocytes": "No leukocytes in view: move to a field with leukocytes and retake.",
    "too_crowded": "Too crowded: move to where the cells lie in one layer and retake.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong, and what a technician can do about it."""

    code: str
    advice: str


@dataclass(frozen=True, slots=True)
class Quality:
    """The gate's verdict.

    Attributes
    ----------
    passed : bool
        True when there is no reason against the image.
    reasons : tuple of Reason
    measures : dict of str to float
        What was measured, rounded, with the names of ``QualityRule`` where one applies.
    notes : tuple of str
        Sentences for the report that are no reason against the image: of its scale, and of a scale that was not found.
    """

    passed: bool
    reasons: tuple[Reason, ...]
    measures: dict[str, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QualityRule:
    """What a photograph must reach; docs/decisions/0002-segmentation.md says how the numbers were found.

    Parameters
    ----------
    shortest_side : int
        Pixels.
    background : float
        Least brightness of the empty field (95th percentile of grey), 0 to 255.
    clipped_share, stain_depth : float
        Overexposed is what has more than this share of white pixels while its stain (99th percentile of the optical
        density in green) stays below this depth: a white field alone does no harm to a dark nucleus.
    contrast : float
        Least spread of grey (95th less 1st percentile), as a share of the background's.
    colour : float
        Least colourfulness (95th percentile of the largest less the smallest channel), as a share of the background's
        brightness.
    sharpness : float
        Least sharpness, see ``sharpness_of``.
    leukocytes : int
        Fewest in view.
    nuclear_share : float
        Largest share of the image that nuclei may cover.
    empty_share : float
        Least share of the image that must be free of cells.
    """

    shortest_side: int = 96
    background: float = 105.0
    clipped_share: float = 0.5
    stain_depth: float = 1.25
    contrast: float = 0.12
    colour: float = 0.05
    sharpness: float = 0.5
    leukocytes: int = 1
    nuclear_share: float = 0.5
    empty_share: float = 0.05


def assess(rgb: Rgb, segmentation: Segmentation, cells: Sequence[Cell], rule: QualityRule | None = None) -> Quality:
    """Judge a photograph.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).
    segmentation : Segmentation
        Of the same image.
    cells : sequence of Cell
        Of the same image.
    rule : QualityRule, optional
        The thresholds; the product's own when left out.

    Returns
    -------
    Quality
        With every reason against the image, the most basic first.
    """
    rule = rule or QualityRule()
    measures = _measures(rgb, segmentation, cells)
    failed = {
        "too_small": measures["shortest_side"] < rule.shortest_side,
        "underexposed": measures["background"] < rule.background,
        "overexposed": measures["clipped_share"] > rule.clipped_share and measures["stain_depth"] < rule.stain_depth,
        "low_contrast": measures["contrast"] < rule.contrast,
        "not_stained": measures["colour"] < rule.colour,
        "out_of_focus": measures["sharpness"] < rule.sharpness,
        "no_leukocytes": measures["leukocytes"] < rule.leukocytes,
        "too_crowded": measures["nuclear_share"] > rule.nuclear_share or measures["empty_share"] < rule.empty_share,
    }
    reasons = tuple(Reason(code, ADVICE[code]) for code, wrong in failed.items() if wrong)
    return Quality(not reasons, reasons, {name: round(value, 4) for name, value in measures.items()})


def _measures(rgb: Rgb, segmentation: Segmentation, cells: Sequence[Cell]) -> dict[str, float]:
    field = segmentation.field[::_EVERY]
    stained = segmentation.stain.density[::_EVERY]
    red, green, blue = cv2.split(field)
    lowest, highest = cv2.min(cv2.min(red, green), blue), cv2.max(cv2.max(red, green), blue)
    grey = histogram_of(np.asarray(cv2.cvtColor(field, cv2.COLOR_RGB2GRAY), np.uint8))
    dark, bright = quantile(grey, 0.01), quantile(grey, 0.95)
    density = histogram_of(_levels(stained, _LARGEST_DENSITY))
    return {
        "shortest_side": float(min(rgb.shape[:2])),
        "background": bright,
        "clipped_share": _share(lowest >= _WHITE),
        "stain_depth": quantile(density, 0.99) * _LARGEST_DENSITY / 255,
        "contrast": (bright - dark) / max(bright, 1.0),
        "colour": quantile(histogram_of(np.asarray(cv2.subtract(highest, lowest), np.uint8)), 0.95) / max(bright, 1.0),
        "sharpness": sharpness_of(rgb, segmentation, cells),
        "leukocytes": float(len(cells)),
        "nuclear_share": _share(segmentation.nuclei > 0),
        "empty_share": _share(stained < _EMPTY),
    }


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return float(np.count_nonzero(flags) / flags.size)


def sharpness_of(rgb: Rgb, segmentation: Segmentation, cells: Sequence[Cell]) -> float:
    """How suddenly the slopes at the edges of cells begin, against how steep they are.

    Measured at a scale at which the typical nucleus is 24 pixels wide, so that it depends neither on the camera nor on
    the magnification, and as a ratio, so that it depends neither on the stain nor on the light. The weakest of four
    directions counts against the steepest slope in any, so that motion in one direction is seen.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).
    segmentation : Segmentation
        Of the same image; its working copy is measured where that is fine enough.
    cells : sequence of Cell
        Of the same image; without any, the image is taken at 224 pixels.

    Returns
    -------
    float
        Ratio of the second to the first derivative of the green density (99.5th percentiles), per pixel; about 0.5 to
        1 in focus.
    """
    scale = _FOCUS_SIDE / max(rgb.shape[:2])
    if cells:
        scale = _NUCLEUS_WIDTH / _typical_width(cells)
    source, taken = (segmentation.field, segmentation.scale) if scale <= segmentation.scale < 1 else (rgb, 1.0)
    green = _shrunk(np.asarray(cv2.extractChannel(source, 1), np.uint8), scale / taken)
    density = np.minimum(density_of(green, segmentation.stain.background[1]), _DEEPEST)
    across, down = (cv2.Sobel(density, cv2.CV_32F, *order) / 8 for order in ((1, 0), (0, 1)))
    bend_across, bend_down, twist = (cv2.Sobel(density, cv2.CV_32F, *order) / 4 for order in ((2, 0), (0, 2), (1, 1)))
    diagonal = np.float32(np.sqrt(0.5))
    slopes = (across, down, (across + down) * diagonal, (across - down) * diagonal)
    both = bend_across + bend_down
    bends = (bend_across, bend_down, both / 2 + twist, both / 2 - twist)
    steepest = max(_peak(slope) for slope in slopes)
    return min(_peak(bend) for bend in bends) / steepest if steepest else 0.0


def _typical_width(cells: Sequence[Cell]) -> float:
    """Diameter of the nucleus that half of the nuclear area lies below, in pixels."""
    areas = np.sort([cell.nucleus_area for cell in cells])
    weight = areas.cumsum()
    return float(np.sqrt(4 * areas[np.searchsorted(weight, weight[-1] / 2)] / np.pi))


def _peak(plane: npt.NDArray[np.floating]) -> float:
    """99.5th percentile of how far a plane is from 0."""
    largest = max(abs(value) for value in cv2.minMaxLoc(plane)[:2])
    return quantile(histogram_of(_levels(plane, largest)), 0.995) * largest / 255 if largest else 0.0


def _levels(plane: npt.NDArray[np.floating], largest: float) -> npt.NDArray[np.uint8]:
    """How far a plane is from 0, on 256 levels up to the largest."""
    return np.asarray(cv2.convertScaleAbs(plane, alpha=255 / largest), np.uint8)


def _shrunk(plane: Levels, scale: float) -> Levels:
    """Shrink a plane by a factor; what would have to be enlarged stays as it is."""
    if scale >= 1:
        return plane
    return np.asarray(cv2.resize(plane, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
