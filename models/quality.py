"""Whether a photograph is good enough to be judged, and if not, what to do at the microscope."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation import Cell, Segmentation
from models.segmentation.stain import stain_of

Rgb = npt.NDArray[np.uint8]

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
    """

    passed: bool
    reasons: tuple[Reason, ...]
    measures: dict[str, float]


@dataclass(frozen=True, slots=True)
class QualityRule:
    """What a photograph must reach; see docs/decisions/0002-segmentation.md for how the numbers were found.

    Parameters
    ----------
    shortest_side : int
        Pixels.
    darkest_background, brightest_median : float
        Brightness, 0 to 255.
    clipped_share : float
        Largest share of the image that may be black.
    contrast : float
        Least spread of brightness (95th less 5th percentile), as a share of the background's.
    colour : float
        Least colourfulness of the stained parts: 95th percentile of the difference between the largest and smallest
        colour channel, 0 to 255.
    sharpness : float
        Least sharpness, see ``sharpness_of``.
    leukocytes : int
        Fewest in view.
    crowded_share : float
        Largest share of the image that nuclei may cover.
    """

    shortest_side: int = 96
    darkest_background: float = 70.0
    brightest_median: float = 254.5
    clipped_share: float = 0.25
    contrast: float = 0.08
    colour: float = 12.0
    sharpness: float = 0.05
    leukocytes: int = 1
    crowded_share: float = 0.6


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
        "underexposed": measures["background"] < rule.darkest_background
        or measures["black_share"] > rule.clipped_share,
        "overexposed": measures["median_brightness"] > rule.brightest_median,
        "low_contrast": measures["contrast"] < rule.contrast,
        "not_stained": measures["colour"] < rule.colour,
        "out_of_focus": measures["sharpness"] < rule.sharpness,
        "no_leukocytes": measures["leukocytes"] < rule.leukocytes,
        "too_crowded": measures["nuclear_share"] > rule.crowded_share,
    }
    reasons = tuple(Reason(code, ADVICE[code]) for code, wrong in failed.items() if wrong)
    return Quality(not reasons, reasons, {name: round(value, 4) for name, value in measures.items()})


def _measures(rgb: Rgb, segmentation: Segmentation, cells: Sequence[Cell]) -> dict[str, float]:
    height, width = rgb.shape[:2]
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    dark, middle, bright = (float(value) for value in np.percentile(grey, [5, 50, 95]))
    channels = rgb.reshape(-1, 3)
    spread = channels.max(axis=1).astype(np.int16) - channels.min(axis=1)
    return {
        "shortest_side": float(min(height, width)),
        "background": bright,
        "median_brightness": middle,
        "black_share": float((grey < 8).mean()),  # noqa: PLR2004 - what a display shows as black
        "contrast": (bright - dark) / max(bright, 1.0),
        "colour": float(np.percentile(spread, 95)),
        "sharpness": sharpness_of(rgb),
        "leukocytes": float(len(cells)),
        "nuclear_share": float((segmentation.nuclei > 0).mean()),
    }


def sharpness_of(rgb: Rgb) -> float:
    """How steep the edges of cells are, against how high they are.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).

    Returns
    -------
    float
        Steepest slopes (99th percentile of the gradient of the green density, per pixel) over the density's own range;
        about the inverse of an edge's width in pixels of a copy 224 pixels wide.
    """
    scale = 224 / max(rgb.shape[:2])
    small = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    density = stain_of(small).density
    low, high = np.percentile(density, [5, 95])
    slope = cv2.magnitude(cv2.Sobel(density, cv2.CV_32F, 1, 0), cv2.Sobel(density, cv2.CV_32F, 0, 1)) / 8
    return float(np.percentile(slope, 99) / max(high - low, 1e-3))
