"""Where leukocytes lie, and what outline they have."""

import cv2
import numpy as np

from models.synthetic.field import Field
from models.synthetic.kinds import KINDS, Kind
from models.synthetic.marking import FIRST_COLUMN, FIRST_ROW
from models.synthetic.outlines import Outline
from models.synthetic.slides import Slide
from models.synthetic.staining import Shape, stain

_TRIALS = 40
_SHARED = 0.12  # of a new cell may lie where another is: it is flattened there
_WIDEST = 0.3  # radius of the largest cell, as a share of the field's shorter side


def add_leukocytes(field: Field, slide: Slide, chance: np.random.Generator, number: int) -> None:
    """Add so many leukocytes, as far as there is room; their middles lie in view, and not under the marking."""
    mixture = chance.dirichlet([kind.weight for kind in KINDS])
    placed: list[tuple[float, float, float]] = []
    for _ in range(number * _TRIALS):
        if field.count >= number:
            break
        kind = KINDS[int(chance.choice(len(KINDS), p=mixture))]
        radius = field.diameter / 2 * slide.leukocyte_size * chance.uniform(*kind.size)
        radius = min(radius, _WIDEST * min(field.width, field.height))
        if placed and chance.random() < slide.clustered:
            x, y, reach = placed[int(chance.integers(len(placed)))]
            turn, away = chance.uniform(0, 2 * np.pi), (reach + radius) * chance.uniform(0.94, 1.08)
            x, y = float(x + away * np.cos(turn)), float(y + away * np.sin(turn))
        else:
            x, y = float(chance.uniform(0, field.width)), float(chance.uniform(0, field.height))
        in_view = 0 < x < field.width and 0 < y < field.height
        marked = x > FIRST_COLUMN * field.width and y > FIRST_ROW * field.height
        if in_view and not marked and _add_leukocyte(field, kind, chance, (x, y), radius):
            placed.append((x, y, radius))


def _add_leukocyte(
    field: Field, kind: Kind, chance: np.random.Generator, place: tuple[float, float], radius: float
) -> bool:
    """Add one, flattened where it meets another; return whether there was room."""
    roughness = chance.uniform(0, 0.3) * kind.wobble
    outline = Outline.draw(chance, place, radius, stretch=0.18, wobble=kind.wobble, roughness=roughness)
    if chance.random() < kind.dent / 2:
        outline = outline.with_bump(_direction(chance), chance.uniform(0.08, 0.3), chance.uniform(0.12, 0.4))
    window = outline.window(field.width, field.height, 0.05 * field.diameter)
    if window is None:
        return False
    body, share = outline.depth(window)
    taken = field.cells[window] > 0
    if taken.any():
        inside = body > 0
        if (inside & taken).sum() > _SHARED * inside.sum():
            return False
        gap = chance.uniform(0, 0.02) * field.diameter
        apart = cv2.distanceTransform((~taken).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
        body = np.minimum(body, apart - np.float32(0.5 + gap))
    core = _nucleus(kind, chance, outline, radius).depth(window)[0]
    core = np.minimum(core, body - np.float32(0.015 * radius))
    if not (core > 0).any():
        return False
    field.count += 1
    field.cells[window][body > 0] = field.count
    field.nuclei[window][core > 0] = field.count
    stain(field, kind, chance, Shape(window, body, core, share, radius))
    return True


def _nucleus(kind: Kind, chance: np.random.Generator, body: Outline, radius: float) -> Outline:
    """Draw the nucleus: much like its cell, somewhat its own way, and not in the middle."""
    share = chance.uniform(*kind.nucleus)
    x, y = chance.normal(0, 0.5 * (1 - share) * radius, 2)
    own = Outline.draw(chance, (body.x + x, body.y + y), share, stretch=0.08, wobble=kind.wobble)
    nucleus = Outline(own.x, own.y, own.radii * body.radii)
    if chance.random() < kind.dent:
        nucleus = nucleus.with_bump(_direction(chance), -chance.uniform(0.08, 0.28), chance.uniform(0.1, 0.45))
    return nucleus


def _direction(chance: np.random.Generator) -> float:
    return float(chance.uniform(0, 2 * np.pi))
