"""One drawn field, from its seed."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from models.segmentation import BACKGROUND, CYTOPLASM, NUCLEUS
from models.synthetic.field import Field, Labels
from models.synthetic.leukocytes import add_leukocytes
from models.synthetic.marking import burn_marking
from models.synthetic.photograph import photograph
from models.synthetic.red_cells import add_platelets, add_red_cells
from models.synthetic.slides import prepare

_USUAL_DIAMETER = 0.091  # of a red cell, as a share of the shorter side: 70 pixels at 1024x768


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn field and what is in it.

    Attributes
    ----------
    rgb : numpy.ndarray
        RGB, uint8, (height, width, 3).
    labels : numpy.ndarray
        uint8, (height, width): 0 background, 128 cytoplasm, 255 nucleus.
    nuclei, cells : numpy.ndarray
        int32, (height, width): the number of the leukocyte, from 1; 0 elsewhere.
    count : int
        Leukocytes in view.
    red_cell_diameter : float
        Of a usual red cell, in pixels.
    """

    rgb: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.uint8]
    nuclei: Labels
    cells: Labels
    count: int
    red_cell_diameter: float


def draw(
    seed: int,
    width: int = 1024,
    height: int = 768,
    *,
    red_cell_diameter: float | None = None,
    leukocytes: int | None = None,
    red_cells: int | None = None,
    scale_bar: bool = True,
) -> Drawing:
    """Draw a smear field.

    Parameters
    ----------
    seed : int
        The same seed and size always give the same field.
    width, height : int
        Pixels.
    red_cell_diameter : float, optional
        Usual diameter of a red cell in pixels. Left out, the field shows as many cells as the training fields do: 70
        pixels at 1024x768, and in proportion to the shorter side otherwise.
    leukocytes, red_cells : int, optional
        How many, as far as there is room; the kind of slide and chance decide when left out.
    scale_bar : bool
        Burn one into the bottom right corner, as cameras do, with the word SYNTHETIC above it. Leave it out only where
        nobody is shown the image.

    Returns
    -------
    Drawing
    """
    chance = np.random.default_rng(seed)
    slide = prepare(chance)
    field = Field(width, height, red_cell_diameter or _USUAL_DIAMETER * min(width, height))
    if leukocytes is None:
        leukocytes = max(2, int(chance.poisson(field.per_hundred_diameters(slide.leukocytes))))
    add_leukocytes(field, slide, chance, leukocytes)
    add_red_cells(field, slide, chance, red_cells)
    field.push_red_cells_aside(kept=0.1)
    add_platelets(field, chance)
    rgb = photograph(field, slide, chance)
    if scale_bar:
        covered = burn_marking(rgb)
        field.cells[covered] = field.nuclei[covered] = 0
    labels = np.full((height, width), BACKGROUND, np.uint8)
    labels[field.cells > 0] = CYTOPLASM
    labels[field.nuclei > 0] = NUCLEUS
    return Drawing(rgb, labels, field.nuclei, field.cells, field.count, field.diameter)


def draw_jpeg(
    seed: int,
    width: int = 1024,
    height: int = 768,
    *,
    red_cell_diameter: float | None = None,
    leukocytes: int | None = None,
) -> bytes:
    """Draw a smear field as the bytes of a camera's JPEG file; see ``draw``."""
    drawing = draw(seed, width, height, red_cell_diameter=red_cell_diameter, leukocytes=leukocytes)
    return encode(drawing.rgb)


def encode(rgb: npt.NDArray[np.uint8]) -> bytes:
    """Encode an RGB image as a camera does: JPEG of quality 92."""
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 92])
    return encoded.tobytes()
