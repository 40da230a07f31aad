"""The way from a photograph to labelled nuclei and cells."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation.cells import grow_cells, join_lobes
from models.segmentation.nuclei import NucleusRule, find_nuclei
from models.segmentation.stain import Rgb, Stain, stain_of

BACKGROUND, CYTOPLASM, NUCLEUS = 0, 128, 255
WORKING_SIDE = 448
LARGEST_ENLARGEMENT = 2.0
SMOOTHING = 1.2

Labels = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Where the leukocytes of an image are, on a working copy of it.

    Attributes
    ----------
    field : numpy.ndarray
        RGB, uint8, (h, w, 3): the working copy, as sharp as the image.
    stain : Stain
        Of the working copy, lightly smoothed.
    nuclei : numpy.ndarray
        int32, (h, w): 0, or the number of the cell whose nucleus it is, from 1.
    cells : numpy.ndarray
        int32, (h, w): 0, or the number of the cell (nucleus and cytoplasm), the same numbers as ``nuclei``.
    size : tuple of int
        Width and height of the image, pixels.
    """

    field: Rgb
    stain: Stain
    nuclei: Labels
    cells: Labels
    size: tuple[int, int]

    @property
    def count(self) -> int:
        """How many leukocytes were found."""
        return int(self.nuclei.max(initial=0))

    @property
    def scale(self) -> float:
        """Working pixels per image pixel."""
        return float(self.field.shape[1] / self.size[0])

    @property
    def background_colour(self) -> tuple[float, float, float]:
        """RGB of the empty field, 0 to 255."""
        return self.stain.background

    @property
    def labels(self) -> npt.NDArray[np.uint8]:
        """Drawn anew at each call: uint8, (height, width) of the image; 0 background, 128 cytoplasm, 255 nucleus."""
        labels = np.full(self.size[::-1], BACKGROUND, np.uint8)
        for regions, value in ((self.cells, CYTOPLASM), (self.nuclei, NUCLEUS)):
            labels[_enlarged((regions > 0).astype(np.uint8), self.size) > 0] = value
        return labels


def segment(rgb: Rgb, rule: NucleusRule | None = None, *, side: int = WORKING_SIDE) -> Segmentation:
    """Find the leukocytes of a photograph.

    Works on a copy whose longer side is 448 pixels (or twice the image's, when that is less). The same image always
    gives the same labels.

    Parameters
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).
    rule : NucleusRule, optional
        What counts as a nucleus.
    side : int
        Longer side of the working copy, pixels; larger for fields that show more than a usual field.

    Returns
    -------
    Segmentation
        Without leukocytes, all labels are 0.
    """
    field = _working_copy(rgb, side)
    smooth = np.asarray(cv2.GaussianBlur(field, (7, 7), SMOOTHING), np.uint8)
    stain = stain_of(smooth)
    found = find_nuclei(smooth, stain, rule or NucleusRule())
    nuclei, cells = join_lobes(found, grow_cells(found, stain), field.shape[:2])
    height, width = rgb.shape[:2]
    return Segmentation(field, stain, nuclei, cells, (width, height))


def _working_copy(rgb: Rgb, side: int) -> Rgb:
    height, width = rgb.shape[:2]
    scale = min(LARGEST_ENLARGEMENT, side / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    while width >= 2 * size[0] and height >= 2 * size[1]:  # exact halves are much faster than any other part
        width, height = width // 2, height // 2
        rgb = np.asarray(cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    interpolation = cv2.INTER_LINEAR if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgb, size, interpolation=interpolation), np.uint8)


def _enlarged(mask: npt.NDArray[np.uint8], size: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Bring a mask to another size: what is more than half covered stays in, so that outlines stay smooth."""
    shrinks = size[0] < mask.shape[1]
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    covered = cv2.resize(mask * np.uint8(255), size, interpolation=interpolation)
    return np.asarray(covered > 127, np.uint8)  # noqa: PLR2004 - half of 255
