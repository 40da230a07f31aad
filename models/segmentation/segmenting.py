"""The way from a photograph to labelled nuclei and cells."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.cells import grow_cells, join_lobes
from models.segmentation.nuclei import NucleusRule, find_nuclei
from models.segmentation.stain import Rgb, stain_of

BACKGROUND, CYTOPLASM, NUCLEUS = 0, 128, 255
WORKING_SIDE = 640
LARGEST_ENLARGEMENT = 2.0
SMOOTHING = 1.5

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Where the leukocytes of an image are.

    Attributes
    ----------
    labels : numpy.ndarray
        uint8, (height, width): 0 background, 128 cytoplasm, 255 nucleus.
    nuclei : numpy.ndarray
        int32, (height, width): 0, or the number of the cell whose nucleus it is, from 1.
    cells : numpy.ndarray
        int32, (height, width): 0, or the number of the cell (nucleus and cytoplasm), the same numbers as ``nuclei``.
    background_colour : tuple of float
        RGB of the empty field, 0 to 255.
    """

    labels: npt.NDArray[np.uint8]
    nuclei: Labels
    cells: Labels
    background_colour: tuple[float, float, float]

    @property
    def count(self) -> int:
        """How many leukocytes were found."""
        return int(self.nuclei.max(initial=0))


def segment(rgb: Rgb, rule: NucleusRule | None = None) -> Segmentation:
    """Find the leukocytes of a photograph.

    Works on a copy whose longer side is 640 pixels (or twice the image's, when that is less) and returns labels at the
    image's own size. The same image always gives the same labels.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).
    rule : NucleusRule, optional
        What counts as a nucleus.

    Returns
    -------
    Segmentation
        Without leukocytes, all labels are 0.
    """
    height, width = rgb.shape[:2]
    scale = min(LARGEST_ENLARGEMENT, WORKING_SIDE / max(height, width))
    small = rgb
    if scale != 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = np.asarray(
            cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), np.uint8
        )
    small = np.asarray(cv2.GaussianBlur(small, (0, 0), SMOOTHING), np.uint8)
    stain = stain_of(small)
    nuclei = find_nuclei(small, stain, rule or NucleusRule())
    nuclei, cells = join_lobes(nuclei, grow_cells(nuclei, stain))
    labels = np.zeros(nuclei.shape, np.uint8)
    labels[cells > 0] = CYTOPLASM
    labels[nuclei > 0] = NUCLEUS
    if scale != 1:
        labels = np.asarray(cv2.resize(labels, (width, height), interpolation=cv2.INTER_NEAREST), np.uint8)
        nuclei, cells = _resized(nuclei, (width, height)), _resized(cells, (width, height))
    return Segmentation(labels, nuclei, cells, stain.background)


def _resized(labels: Labels, size: tuple[int, int]) -> Labels:
    narrow = labels.astype(np.uint16)  # the widest integers that OpenCV resizes
    return cv2.resize(narrow, size, interpolation=cv2.INTER_NEAREST).astype(np.int32)
