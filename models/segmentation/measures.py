"""What can be said of each leukocyte in numbers."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.chromatin import chromatin_contrast
from models.segmentation.regions import Box, Region, regions_of
from models.segmentation.segmenting import Segmentation
from models.segmentation.stain import Rgb

Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Cell:
    """One leukocyte; lengths in pixels of the analysed image, measured on the working copy.

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
    chromatin_contrast : float or None
        Texture of the nucleus: deviation of its density from place to place over the mean density, from 0 (even); None
        where the nucleus is too small or too faint to say. See `models.segmentation.chromatin`.
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
    chromatin_contrast: float | None
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
    height, width = segmentation.field.shape[:2]
    pixel = (rgb.shape[1] / width, rgb.shape[0] / height)
    regions = regions_of(segmentation.cells)
    return tuple(_measure_one(segmentation, index, region, pixel) for index, region in enumerate(regions, start=1))


def _measure_one(segmentation: Segmentation, index: int, region: Region, pixel: tuple[float, float]) -> Cell:
    """Measure one cell; ``pixel`` is the width and height of a working pixel, in image pixels."""
    left, top, window, cell, area = region.left, region.top, region.window, region.mask, region.area
    nucleus = (segmentation.nuclei[window] == index).astype(np.uint8)
    nucleus_area = cv2.countNonZero(nucleus)
    outline = _outline(nucleus)
    hull = cv2.convexHull(outline)
    perimeter = float(cv2.arcLength(outline, closed=True))
    polygon, convex = float(cv2.contourArea(outline)), float(cv2.contourArea(hull))
    colour = cv2.mean(segmentation.field[window], cell)
    green = np.asarray(cv2.extractChannel(segmentation.field[window], 1), np.uint8)
    contrast = chromatin_contrast(green, nucleus, segmentation.background_colour[1])
    square = pixel[0] * pixel[1]
    return Cell(
        index=index,
        box=_box_in_image(region.box, pixel),
        contour=_points(_outline(cell), left, top, pixel),
        nucleus_contour=_points(outline, left, top, pixel),
        area=round(area * square, 1),
        nucleus_area=round(nucleus_area * square, 1),
        perimeter=round(perimeter * math.sqrt(square), 1),
        circularity=round(min(1.0, 4 * np.pi * polygon / perimeter**2), 4) if perimeter else 0.0,
        solidity=round(polygon / convex, 4) if convex else 0.0,
        nucleus_to_cell=round(nucleus_area / area, 4),
        mean_colour=(round(colour[0], 1), round(colour[1], 1), round(colour[2], 1)),
        chromatin_contrast=None if contrast is None else round(contrast, 4),
    )


def _outline(mask: Mask) -> npt.NDArray[np.int32]:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_TC89_L1)
    return np.asarray(max(contours, key=cv2.contourArea), np.int32)


def _points(
    outline: npt.NDArray[np.int32], left: int, top: int, pixel: tuple[float, float]
) -> tuple[tuple[int, int], ...]:
    """Centres of working pixels, in image pixels."""
    centres = (outline.reshape(-1, 2) + np.array([left + 0.5, top + 0.5])) * pixel - 0.5
    return tuple((x, y) for x, y in np.maximum(centres, 0).round().astype(int).tolist())


def _box_in_image(box: Box, pixel: tuple[float, float]) -> Box:
    left, top, width, height = box
    corner = (round(left * pixel[0]), round(top * pixel[1]))
    far = (round((left + width) * pixel[0]), round((top + height) * pixel[1]))
    return *corner, max(1, far[0] - corner[0]), max(1, far[1] - corner[1])
