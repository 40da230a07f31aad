"""What lies on the slide: the thickness of each dye at each pixel, and whose pixel it is."""

import cv2
import numpy as np
import numpy.typing as npt

from models.synthetic.outlines import Plane

Labels = npt.NDArray[np.int32]


class Field:
    """A field of view, empty at first.

    Attributes
    ----------
    haemoglobin, chromatin, cytoplasm : numpy.ndarray
        float32, (height, width): thickness of the dye, 1 where a usual cell is thickest. Where things lie over each
        other, thicknesses add, as light is absorbed by both.
    nuclei, cells : numpy.ndarray
        int32, (height, width): the number of the leukocyte, from 1; 0 elsewhere.
    diameter : float
        Of a usual red cell, in pixels.
    """

    def __init__(self, width: int, height: int, diameter: float) -> None:
        self.width, self.height, self.diameter = width, height, diameter
        self.haemoglobin, self.chromatin, self.cytoplasm = (np.zeros((height, width), np.float32) for _ in range(3))
        self.nuclei: Labels = np.zeros((height, width), np.int32)
        self.cells: Labels = np.zeros((height, width), np.int32)
        self.count = 0

    def per_hundred_diameters(self, number: float) -> float:
        """How many of what comes so often in 100 red-cell diameters squared."""
        return number * self.width * self.height / (100 * self.diameter**2)

    def at(self, plane: Plane | Labels, x: float, y: float) -> float:
        """Value of a plane at the pixel nearest to a place, which may lie outside."""
        return float(plane[min(max(int(y), 0), self.height - 1), min(max(int(x), 0), self.width - 1)])

    def push_red_cells_aside(self, kept: float) -> None:
        """Thin the red cells that leukocytes lie on to a share: a leukocyte presses them away."""
        covered = cv2.GaussianBlur((self.cells > 0).astype(np.float32), (0, 0), max(0.02 * self.diameter, 0.3))
        self.haemoglobin *= 1 - (1 - np.float32(kept)) * covered
