"""Red cells and platelets."""

import numpy as np

from models.synthetic.field import Field
from models.synthetic.outlines import Outline, clouds, step
from models.synthetic.slides import Slide

_RIM = np.linspace(0, 1, 257)
_BICONCAVE = np.sqrt(1 - _RIM**2) * (0.81 + 7.83 * _RIM**2 - 4.39 * _RIM**4)
"""Thickness of a red cell from its middle to its rim, micrometres: Evans and Fung 1972, Microvasc Res 4:335."""
_PROFILE = (_BICONCAVE / _BICONCAVE.max()).astype(np.float32)
_DRIED_RIM = (0.7, 0.8)  # a dried cell stays so thick (the second) from so far out (the first) to its very edge
_ALONE, _IN_A_STACK = (0.55, 0.5, 0.3), (0.25, 1.1, 1.1)
"""How far around a new cell is looked, in diameters; how much may lie in its middle already, and how much there."""

_PLACE_TRIALS = 8
_SIDES = np.arange(6) * np.pi / 3


def add_red_cells(field: Field, slide: Slide, chance: np.random.Generator, number: int | None = None) -> None:
    """Strew red cells, some alone and some in stacks, mostly beside the leukocytes."""
    if number is None:
        area = np.pi / 4 * field.diameter**2
        number = round(slide.coverage * field.width * field.height / area)
    places: list[tuple[float, float]] = []
    for _ in range(number):
        stacked = bool(places) and chance.random() < slide.stacked
        for _ in range(_PLACE_TRIALS):
            if stacked:
                x, y = places[int(chance.integers(max(0, len(places) - 40), len(places)))]
                turn, away = chance.uniform(0, 2 * np.pi), chance.uniform(0.5, 0.95) * field.diameter
                x, y = float(x + away * np.cos(turn)), float(y + away * np.sin(turn))
            else:
                x = float(chance.uniform(-0.04, 1.04) * field.width)
                y = float(chance.uniform(-0.04, 1.04) * field.height)
            if _is_free(field, x, y, _IN_A_STACK if stacked else _ALONE):
                places.append((x, y))
                _add_red_cell(field, slide, chance, (x, y))
                break


def _is_free(field: Field, x: float, y: float, room: tuple[float, float, float]) -> bool:
    """Whether no leukocyte, and not too much else, lies where a red cell is to be put."""
    ring, middle, around = room
    near = [(x + ring * field.diameter * np.cos(turn), y + ring * field.diameter * np.sin(turn)) for turn in _SIDES]
    return (
        field.at(field.haemoglobin, x, y) <= middle
        and not any(field.at(field.cells, *place) for place in [(x, y), *near])
        and all(field.at(field.haemoglobin, *place) <= around for place in near)
    )


def _add_red_cell(field: Field, slide: Slide, chance: np.random.Generator, place: tuple[float, float]) -> None:
    radius = field.diameter / 2 * float(np.clip(chance.normal(1, 0.09), 0.7, 1.3))
    outline = Outline.draw(chance, place, radius, stretch=0.18, wobble=0.012 + chance.exponential(0.012))
    crenated = chance.random() < slide.crenated
    if crenated:
        outline = outline.with_teeth(chance, int(chance.integers(9, 16)), chance.uniform(0.05, 0.12))
    softness = slide.softness * field.diameter * chance.uniform(0.7, 1.3)
    window = outline.window(field.width, field.height, softness)
    if window is None:
        return
    depth, share = outline.depth(window)
    rim, thick = _DRIED_RIM
    pallor = np.float32(np.clip(slide.pallor + chance.normal(0, 0.2), 0, 1))
    biconcave = _PROFILE[np.minimum(share * 256, 256).astype(np.int32)]
    even = np.float32(0.8) + np.float32(0.2) * np.sqrt(np.maximum(1 - share * share, 0))
    thickness = pallor * np.maximum(biconcave, thick * (share > rim)) + (1 - pallor) * even
    thickness *= 1 - np.float32(0.9) * pallor * step(np.float32(chance.uniform(0.15, 0.5)) - share, 0.22)
    thickness *= step(depth, softness) * np.float32(chance.normal(1, 0.09))
    if crenated:
        thickness *= 1 + np.float32(0.06) * clouds(chance, thickness.shape, radius / 2)
    below = field.haemoglobin[window]
    field.haemoglobin[window] = np.maximum(below, thickness) + np.float32(slide.pressed) * np.minimum(below, thickness)


def add_platelets(field: Field, chance: np.random.Generator) -> None:
    """Strew platelets, pale with darker granules and now and then in clumps, and on some slides loose specks."""
    for _ in range(int(chance.poisson(field.per_hundred_diameters(chance.choice([0.0, 2.0, 10.0]))))):
        place = float(chance.uniform(0, field.width)), float(chance.uniform(0, field.height))
        _add_speck(field, chance, place)
    for _ in range(int(chance.poisson(field.per_hundred_diameters(chance.choice([0.5, 2.0, 5.0]))))):
        x, y = float(chance.uniform(0, field.width)), float(chance.uniform(0, field.height))
        for _ in range(int(chance.choice([1, 1, 1, 3]))):
            _add_platelet(field, chance, (x, y))
            x, y = x + float(chance.normal(0, 0.2)) * field.diameter, y + float(chance.normal(0, 0.2)) * field.diameter


def _add_platelet(field: Field, chance: np.random.Generator, place: tuple[float, float]) -> None:
    radius = field.diameter * chance.uniform(0.07, 0.16)
    outline = Outline.draw(chance, place, radius, stretch=0.3, wobble=0.12)
    window = outline.window(field.width, field.height, 0.04 * field.diameter)
    if window is None or field.cells[window].any():
        return
    depth, _ = outline.depth(window)
    body = step(depth, 0.03 * field.diameter)
    granules = np.clip(0.5 + 0.6 * clouds(chance, body.shape, max(radius / 2.5, 1.0)), 0, 1.4)
    field.cytoplasm[window] += body * np.float32(chance.uniform(0.05, 0.3))
    field.chromatin[window] += body * granules * np.float32(chance.uniform(0.2, 0.6))


def _add_speck(field: Field, chance: np.random.Generator, place: tuple[float, float]) -> None:
    outline = Outline.draw(chance, place, field.diameter * chance.uniform(0.015, 0.045), stretch=0.3, wobble=0.1)
    window = outline.window(field.width, field.height, 0.04 * field.diameter)
    if window is not None and not field.cells[window].any():
        field.chromatin[window] += step(outline.depth(window)[0], 0.015 * field.diameter) * chance.uniform(0.15, 0.6)
