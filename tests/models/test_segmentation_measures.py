"""Numbers of a cell, checked on shapes whose numbers are known."""

import json
from dataclasses import asdict, replace

import cv2
import numpy as np
import pytest

from models.segmentation import Segmentation, measure
from models.segmentation.stain import stain_of


def segmentation(rgb, *cells):
    """Build a segmentation of an image of 200 by 300 pixels from (nucleus, cell) masks."""
    nuclei, bodies = np.zeros((200, 300), np.int32), np.zeros((200, 300), np.int32)
    for number, (nucleus, body) in enumerate(cells, start=1):
        bodies[(body > 0) | (nucleus > 0)] = number
        nuclei[nucleus > 0] = number
    return Segmentation(rgb, stain_of(rgb), nuclei, bodies, (300, 200))


def circle(x, y, radius):
    return cv2.circle(np.zeros((200, 300), np.uint8), (x, y), radius, 1, cv2.FILLED)


@pytest.fixture
def rgb():
    return np.full((200, 300, 3), (10, 20, 30), np.uint8)


def test_nothing_found_measures_to_nothing(rgb):
    assert measure(rgb, segmentation(rgb)) == ()


def test_a_round_cell_measures_round(rgb):
    (cell,) = measure(rgb, segmentation(rgb, (circle(150, 100, 30), circle(150, 100, 40))))
    assert cell.index == 1
    assert cell.box == (110, 60, 81, 81)
    assert cell.nucleus_area == pytest.approx(np.pi * 30**2, rel=0.03)
    assert cell.area == pytest.approx(np.pi * 40**2, rel=0.03)
    assert cell.nucleus_to_cell == pytest.approx((30 / 40) ** 2, abs=0.02)
    assert cell.perimeter == pytest.approx(2 * np.pi * 30, rel=0.08)
    assert cell.circularity > 0.85
    assert cell.solidity > 0.95
    assert cell.contribution == 0


def test_a_bent_nucleus_is_less_solid_and_less_circular(rgb):
    bean = circle(150, 100, 30) & ~circle(150, 80, 22) & 1
    (cell,) = measure(rgb, segmentation(rgb, (bean, circle(150, 100, 40))))
    assert cell.solidity < 0.85
    assert cell.circularity < 0.7


def test_colour_is_that_of_the_cell_alone(rgb):
    body = circle(60, 60, 20)
    rgb[body > 0] = (100, 50, 200)
    (cell,) = measure(rgb, segmentation(rgb, (circle(60, 60, 10), body)))
    assert cell.mean_colour == (100.0, 50.0, 200.0)


def test_texture_is_that_of_the_nucleus_alone():
    rgb = np.full((200, 300, 3), 220, np.uint8)
    rgb[circle(150, 100, 40) > 0] = (180, 160, 200)
    rgb[::6, ::6] = 120
    nucleus = circle(150, 100, 25)
    rgb[nucleus > 0] = (100, 80, 140)
    (even,) = measure(rgb, segmentation(rgb, (nucleus, circle(150, 100, 40))))
    rgb[(nucleus > 0) & (np.indices((200, 300)).sum(axis=0) % 28 < 14)] = (120, 100, 150)
    (striped,) = measure(rgb, segmentation(rgb, (nucleus, circle(150, 100, 40))))
    assert even.chromatin_contrast < 0.01
    assert 0.05 < striped.chromatin_contrast < 0.15


def test_an_unstained_nucleus_has_no_texture_to_speak_of(rgb):
    (cell,) = measure(rgb, segmentation(rgb, (circle(150, 100, 30), circle(150, 100, 40))))
    assert cell.chromatin_contrast is None


def test_lengths_are_those_of_the_image_and_ratios_do_not_change_with_its_size(rgb):
    found = segmentation(rgb, (circle(150, 100, 30), circle(150, 100, 40)))
    (cell,) = measure(rgb, found)
    (twice,) = measure(np.full((400, 600, 3), 10, np.uint8), replace(found, size=(600, 400)))
    assert twice.area == 4 * cell.area
    assert twice.nucleus_area == 4 * cell.nucleus_area
    assert twice.perimeter == pytest.approx(2 * cell.perimeter, abs=0.2)
    assert twice.box == tuple(2 * side for side in cell.box)
    ratios = ("circularity", "solidity", "nucleus_to_cell", "mean_colour", "chromatin_contrast")
    assert [getattr(twice, name) for name in ratios] == [getattr(cell, name) for name in ratios]


def test_solidity_of_a_known_shape_is_known(rgb):
    square = np.zeros((200, 300), np.uint8)
    square[60:121, 100:161] = 1
    square[60:91, 130:161] = 0
    (cell,) = measure(rgb, segmentation(rgb, (square, square)))
    assert cell.solidity == pytest.approx(3 / 4 / (7 / 8), abs=0.03)
    assert cell.nucleus_to_cell == 1


def test_outlines_lie_on_the_cell(rgb):
    nucleus, body = circle(60, 70, 12), circle(62, 70, 20)
    (cell,) = measure(rgb, segmentation(rgb, (nucleus, body)))
    assert all(body[y, x] for x, y in cell.contour)
    assert all(nucleus[y, x] for x, y in cell.nucleus_contour)
    assert cv2.contourArea(np.array(cell.contour)) == pytest.approx(body.sum(), rel=0.12)


def test_cells_come_in_the_order_of_their_numbers(rgb):
    found = segmentation(rgb, (circle(250, 150, 15), circle(250, 150, 20)), (circle(40, 40, 15), circle(40, 40, 20)))
    assert [cell.index for cell in measure(rgb, found)] == [1, 2]
    assert [cell.box[0] for cell in measure(rgb, found)] == [230, 20]


def test_a_cell_of_several_lobes_has_the_outline_of_the_largest(rgb):
    lobes = circle(140, 100, 14) | circle(180, 100, 8)
    (cell,) = measure(rgb, segmentation(rgb, (lobes, circle(155, 100, 45))))
    assert cell.nucleus_area == lobes.sum()
    assert max(x for x, _ in cell.nucleus_contour) <= 154


@pytest.mark.parametrize("shape", [(1, 1), (1, 6), (6, 1)])
def test_specks_and_lines_measure_without_error(rgb, shape):
    speck = np.zeros((200, 300), np.uint8)
    speck[100 : 100 + shape[0], 100 : 100 + shape[1]] = 1
    (cell,) = measure(rgb, segmentation(rgb, (speck, speck)))
    assert cell.nucleus_to_cell == 1
    assert cell.circularity == 0
    assert cell.solidity == 0


def test_measures_survive_json_unchanged(rgb):
    (cell,) = measure(rgb, segmentation(rgb, (circle(150, 100, 17), circle(151, 101, 29))))
    kept = asdict(cell)
    again = json.loads(json.dumps(kept))
    assert [again[name] for name in ("area", "circularity", "mean_colour")] == [
        kept["area"],
        kept["circularity"],
        list(kept["mean_colour"]),
    ]
    assert again["contour"] == [list(point) for point in kept["contour"]]
    assert all(type(value) is int for point in cell.contour for value in point)
