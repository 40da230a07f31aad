"""What can be said of each leukocyte in numbers."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.regions import Box, boxes_of, window_of
from models.segmentation.segmenting import Segmentation
from models.segmentation.stain import Rgb

Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Cell:
    """One leukocyte; lengths in pixels of the analysed image.

    Attributes
    ----------
    index : int
        Its number in the segmentation, from 1.
    box : tuple of int
        Left, top, width, height of the cell.
    contour, nucleus_contour : tuple of tuple of int
        Outline as (x, y) points; of the largest piece when there are several.
    area, nucleus_area : float
        Square pixels.
    perimeter : float
        Of the nucleus, pixels.
    circularity : float
        Of the nucleus: 4 pi area / perimeter squared, 0 to 1 (a circle).
    solidity : float
        Of the nucleus: area over the area of its convex hull, 0 to 1.
    nucleus_to_cell : float
        Nucleus area over cell area, 0 to 1.
    mean_colour : tuple of float
        RGB of the cell, 0 to 255.
    contribution : float
        Share of the activation map's energy inside the cell, 0 to 1; filled in by the explanation.
    """

    index: int
    box: Box
    contour: tuple[tuple[int, int], ...]
    nucleus_contour: tuple[tuple[int, int], ...]
    area: float
    nucleus_area: float
    perimeter: float
    circularity: float
    solidity: float
    nucleus_to_cell: float
    mean_colour: tuple[float, float, float]
    contribution: float = 0.0


def measure(rgb: Rgb, segmentation: Segmentation) -> tuple[Cell, ...]:
    """Measure every leukocyte of an image.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).
    segmentation : Segmentation
        Of the same image.

    Returns
    -------
    tuple of Cell
        In the order of their numbers; every float is rounded, so that it survives JSON unchanged.
    """
    boxes = boxes_of(segmentation.cells)
    return tuple(_measure_one(rgb, segmentation, label, box) for label, box in boxes.items())


def _measure_one(rgb: Rgb, segmentation: Segmentation, label: int, box: Box) -> Cell:
    left, top = box[:2]
    window = window_of(box)
    cell = (segmentation.cells[window] == label).astype(np.uint8)
    nucleus = (segmentation.nuclei[window] == label).astype(np.uint8)
    area, nucleus_area = int(cell.sum()), int(nucleus.sum())
    outline = _outline(nucleus)
    hull = cv2.convexHull(outline)
    perimeter = float(cv2.arcLength(outline, closed=True))
    polygon, convex = float(cv2.contourArea(outline)), float(cv2.contourArea(hull))
    red, green, blue = (round(value, 1) for value in cv2.mean(rgb[window], cell)[:3])
    return Cell(
        index=label,
        box=box,
        contour=_points(_outline(cell), left, top),
        nucleus_contour=_points(outline, left, top),
        area=float(area),
        nucleus_area=float(nucleus_area),
        perimeter=round(perimeter, 1),
        circularity=round(min(1.0, 4 * np.pi * polygon / perimeter**2), 4) if perimeter else 0.0,
        solidity=round(polygon / convex, 4) if convex else 0.0,
        nucleus_to_cell=round(nucleus_area / area, 4),
        mean_colour=(red, green, blue),
    )


def _outline(mask: Mask) -> npt.NDArray[np.int32]:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_TC89_L1)
    return np.asarray(max(contours, key=cv2.contourArea), np.int32)


def _points(outline: npt.NDArray[np.int32], left: int, top: int) -> tuple[tuple[int, int], ...]:
    return tuple((int(x) + left, int(y) + top) for x, y in outline.reshape(-1, 2))
