"""A photograph is surveyed before the network sees it: how large its red cells are decides what is shown."""

import cv2
import numpy as np
import pytest

from models.segmentation import segment
from models.stopwatch import Stopwatch
from models.survey import LARGER, MUCH_SMALLER, NO_SCALE, SMALLER, Survey, survey
from models.synthetic import draw
from models.tiles import Tile

SCALE_MEASURES = {"red_cell_width", "red_cell_height", "magnification"}


def surveyed(rgb: np.ndarray) -> Survey:
    return survey(rgb, Stopwatch())


def resized(rgb: np.ndarray, width: int, height: int) -> np.ndarray:
    return cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)


def mosaic(diameter: float, across: int, down: int) -> np.ndarray:
    """Small drawn fields side by side, so that a large one costs little."""
    parts = [draw(seed, 512, 384, red_cell_diameter=diameter, scale_bar=False).rgb for seed in (1, 2, 3)]
    rows = [np.hstack([parts[(row + column) % 3] for column in range(across)]) for row in range(down)]
    return np.vstack(rows)


@pytest.fixture(scope="module")
def field() -> np.ndarray:
    return draw(1).rgb


def test_a_field_like_the_training_fields_is_shown_whole_and_needs_no_note(field):
    found = surveyed(field)
    assert found.tiles == (Tile(0, 0, 1024, 768),)
    assert found.quality.notes == ()


def test_the_red_cell_is_measured_in_pixels_of_the_image(field):
    measures = surveyed(field).quality.measures
    assert measures.keys() >= SCALE_MEASURES
    assert (measures["red_cell_width"] * measures["red_cell_height"]) ** 0.5 == pytest.approx(70, rel=0.15)


def test_the_measures_follow_a_field_squashed_as_the_training_images_were(field):
    whole, squashed = (surveyed(rgb).quality.measures for rgb in (field, resized(field, 224, 224)))
    assert squashed["red_cell_width"] == pytest.approx(whole["red_cell_width"] * 224 / 1024, rel=0.05)
    assert squashed["red_cell_height"] == pytest.approx(whole["red_cell_height"] * 224 / 768, rel=0.05)
    assert squashed["magnification"] == pytest.approx(whole["magnification"], rel=0.05)


def test_magnification_is_1_for_a_training_field_and_halves_where_twice_as_much_is_seen(field):
    assert surveyed(field).quality.measures["magnification"] == pytest.approx(1, rel=0.15)
    twice = np.vstack([np.hstack([field, field])] * 2)
    assert surveyed(twice).quality.measures["magnification"] == pytest.approx(0.5, rel=0.15)


def test_a_field_without_red_cells_is_shown_whole_and_says_that_no_scale_was_found():
    found = surveyed(draw(1, 640, 480, red_cells=0).rgb)
    assert found.quality.notes == (NO_SCALE,)
    assert found.fields == (1, 1)
    assert found.tiles == (Tile(0, 0, 640, 480),)
    assert not found.quality.measures.keys() & SCALE_MEASURES


def test_a_larger_field_is_shown_in_parts_that_hold_leukocytes_and_the_note_counts_them():
    found = surveyed(mosaic(40.0, 3, 3))
    assert 4 <= len(found.tiles) <= 9
    assert all(any(tile.holds(cell) for cell in found.cells) for tile in found.tiles)
    assert found.quality.notes == (LARGER.format(number=len(found.tiles)),)


def test_the_leukocytes_of_a_larger_field_are_found_on_a_larger_copy():
    large, part = mosaic(40.0, 3, 3), mosaic(40.0, 1, 1)
    found = surveyed(large)
    assert max(found.segmentation.field.shape) > max(surveyed(part).segmentation.field.shape)
    assert len(found.cells) >= 4 * len(surveyed(part).cells)


@pytest.mark.parametrize("diameter", [24.0, 18.0])
def test_red_cells_a_few_pixels_wide_on_the_usual_copy_are_measured_again_on_a_larger_one(diameter):
    found = surveyed(mosaic(diameter, 4, 4))
    assert found.quality.measures["red_cell_width"] == pytest.approx(diameter, rel=0.15)
    assert found.quality.measures["red_cell_height"] == pytest.approx(diameter, rel=0.15)


def test_crowded_fields_too_small_for_the_usual_copy_are_looked_at_closer():
    crowded = resized(draw(100, 1024, 768, leukocytes=40).rgb, 288, 216)
    large = np.vstack([np.hstack([crowded] * 8)] * 8)
    assert segment(large).count == 0
    found = surveyed(large)
    assert found.quality.passed
    assert found.quality.measures["red_cell_width"] == pytest.approx(70 * 288 / 1024, rel=0.2)
    assert len(found.cells) > 8 * 8 * 25


def test_a_part_of_a_field_is_continued_by_its_mirror_image_and_the_note_says_so():
    found = surveyed(draw(2, 640, 480, red_cell_diameter=70.0).rgb)
    (tile,) = found.tiles
    assert tile.left < 0
    assert tile.top < 0
    assert found.quality.notes == (SMALLER,)


def test_a_small_part_of_a_field_is_shown_as_it_is_and_the_note_says_so():
    found = surveyed(draw(2, 640, 480, red_cell_diameter=120.0).rgb)
    assert found.tiles == (Tile(0, 0, 640, 480),)
    assert found.quality.notes == (MUCH_SMALLER,)


def test_a_survey_books_its_three_stages():
    stopwatch = Stopwatch()
    survey(draw(1, 320, 240).rgb, stopwatch)
    assert stopwatch.stop().keys() == {"segmentation", "scale", "quality", "total"}
