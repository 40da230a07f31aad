"""How the body and the nucleus of a leukocyte take up the dyes."""

from dataclasses import dataclass

import numpy as np

from models.synthetic.field import Field
from models.synthetic.kinds import Kind
from models.synthetic.outlines import Outline, Plane, Window, clouds, step


@dataclass(frozen=True, slots=True)
class Shape:
    """Where a leukocyte lies.

    Attributes
    ----------
    window : tuple of slice
        Part of the field.
    body, core : numpy.ndarray
        float32, of the window's shape: pixels below the line of the cell and of its nucleus, negative outside.
    share : numpy.ndarray
        float32: distance from the middle, 1 on the line of the cell.
    radius : float
        Pixels.
    """

    window: Window
    body: Plane
    core: Plane
    share: Plane
    radius: float


def stain(field: Field, kind: Kind, chance: np.random.Generator, shape: Shape) -> None:
    """Add a leukocyte's dyes to the field."""
    size, radius = shape.body.shape, shape.radius
    edge = field.diameter * chance.uniform(0.012, 0.03)
    body, nucleus = step(shape.body, edge), step(shape.core, edge * chance.uniform(1, 1.6))
    strands, dots = clouds(chance, size, 0.22 * radius), clouds(chance, size, 0.09 * radius)
    rows, columns = np.mgrid[-1 : 1 : size[0] * 1j, -1 : 1 : size[1] * 1j].astype(np.float32)
    tilt = chance.normal(0, 0.06, 2).astype(np.float32)

    unevenness = kind.grain * (0.65 * strands + 0.7 * dots) + np.float32(0.08) * clouds(chance, size, radius)
    membrane = np.float32(chance.uniform(0.05, 0.25)) * np.exp(-np.square(shape.core / np.float32(0.06 * radius)))
    hollow = np.float32(chance.uniform(0, 0.2)) * (1 - np.square(shape.share))
    chromatin = nucleus * (1 + unevenness + membrane - hollow + tilt[0] * rows + tilt[1] * columns)
    for _ in range(int(chance.integers(kind.nucleoli + 1))):
        chromatin *= 1 - np.float32(chance.uniform(0.12, 0.3)) * _nucleolus(chance, shape)
    field.chromatin[shape.window] += chromatin * np.float32(chance.uniform(*kind.density))

    side = chance.choice([-1, 1])
    hof = np.float32(chance.uniform(0, 0.25)) * step(np.float32(0.9) - shape.share, 0.3) * (1 + side * rows)
    border = np.float32(chance.uniform(0.1, 0.5)) * np.exp(-np.square(shape.body / np.float32(0.07 * radius)))
    mottle = 1 + np.float32(0.07) * strands + np.float32(0.09) * dots
    basophilia = np.float32(chance.uniform(*kind.basophilia) * chance.uniform(0.8, 1.0))
    cytoplasm = body * (1 - np.float32(0.8) * nucleus) * (1 - hof + border) * mottle
    field.cytoplasm[shape.window] += basophilia * cytoplasm


def _nucleolus(chance: np.random.Generator, shape: Shape) -> Plane:
    """Draw a round place in the nucleus, 0 to 1."""
    rows, columns = np.nonzero(shape.core > 0.2 * shape.radius)
    if not len(rows):
        return np.zeros_like(shape.core)
    chosen = int(chance.integers(len(rows)))
    place = float(columns[chosen]), float(rows[chosen])
    spot = Outline.draw(chance, place, shape.radius * chance.uniform(0.1, 0.2), stretch=0.2)
    height, width = shape.core.shape
    return step(spot.depth((slice(0, height), slice(0, width)))[0], 0.06 * shape.radius)
