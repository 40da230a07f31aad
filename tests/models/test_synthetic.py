"""Drawn smears: the same for the same seed, true to their masks, and marked for what they are."""

import cv2
import numpy as np
import pytest

from models.decoding import decode
from models.segmentation import BACKGROUND, CYTOPLASM, NUCLEUS
from models.synthetic import draw, draw_jpeg
from models.synthetic.field import Field
from models.synthetic.marking import FIRST_COLUMN, FIRST_ROW
from models.synthetic.photograph import photograph
from models.synthetic.slides import SLIDES


@pytest.fixture(scope="module")
def drawing():
    return draw(7, 512, 384)


def test_the_same_seed_draws_the_same_field(drawing):
    again = draw(7, 512, 384)
    assert np.array_equal(drawing.rgb, again.rgb)
    assert np.array_equal(drawing.cells, again.cells)


def test_another_seed_draws_another_field(drawing):
    assert not np.array_equal(drawing.rgb, draw(8, 512, 384).rgb)


def test_masks_fit_the_image_and_each_other(drawing):
    assert drawing.rgb.shape == (384, 512, 3)
    assert drawing.rgb.dtype == np.uint8
    assert set(np.unique(drawing.labels)) == {BACKGROUND, CYTOPLASM, NUCLEUS}
    assert np.array_equal(drawing.labels == NUCLEUS, drawing.nuclei > 0)
    inside = drawing.nuclei > 0
    assert np.array_equal(drawing.nuclei[inside], drawing.cells[inside])


@pytest.mark.parametrize("seed", range(4))
def test_every_leukocyte_has_one_nucleus_inside_its_cell(seed):
    drawing = draw(seed, 400, 300)
    numbers = set(range(1, drawing.count + 1))
    assert set(np.unique(drawing.cells)) - {0} == numbers
    assert set(np.unique(drawing.nuclei)) - {0} == numbers
    areas = np.bincount(drawing.nuclei.ravel())[1:] / np.bincount(drawing.cells.ravel())[1:]
    assert areas.min() > 0.2
    assert areas.max() < 1


def test_as_many_leukocytes_as_asked_for():
    drawing = draw(3, 800, 600, leukocytes=6)
    assert drawing.count == 6
    assert len(np.unique(drawing.cells)) == 7


def test_a_field_without_leukocytes_has_empty_masks():
    drawing = draw(3, 400, 300, leukocytes=0)
    assert drawing.count == 0
    assert not drawing.labels.any()


@pytest.mark.parametrize("seed", range(5))
def test_nuclei_are_darker_than_the_field(seed):
    drawing = draw(seed, 400, 300, leukocytes=4, scale_bar=False)
    green = drawing.rgb[..., 1].astype(float)
    assert green[drawing.nuclei > 0].mean() < 0.8 * np.median(green[drawing.labels == BACKGROUND])


@pytest.mark.parametrize("diameter", [20.0, 45.0, 90.0])
def test_red_cells_have_the_diameter_asked_for(diameter):
    widths = []
    for seed in range(6):
        drawing = draw(seed, 600, 450, red_cell_diameter=diameter, red_cells=6, leukocytes=0, scale_bar=False)
        assert drawing.red_cell_diameter == diameter
        grey = cv2.GaussianBlur(drawing.rgb.min(axis=2), (0, 0), 1)
        _, dark = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
        outlines, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        widths += [1 + np.sqrt(4 * cv2.contourArea(cv2.convexHull(outline)) / np.pi) for outline in outlines]
    alone = [width for width in widths if 0.6 * diameter < width < 1.4 * diameter]
    assert len(alone) >= 8
    assert np.median(alone) == pytest.approx(diameter, rel=0.1)


def test_without_a_diameter_the_field_shows_as_much_as_a_training_field():
    assert draw(1, 1024, 768).red_cell_diameter == pytest.approx(70, abs=1)
    assert draw(1, 224, 168).red_cell_diameter == pytest.approx(15.3, abs=0.2)


def test_a_larger_field_of_the_same_scale_holds_more_cells():
    small, large = (draw(5, side, side, red_cell_diameter=24) for side in (250, 750))
    assert large.count > 4 * small.count


def test_light_is_absorbed_by_both_of_two_cells_that_lie_over_each_other():
    field = Field(90, 60, 30)
    field.haemoglobin[:, 30:60], field.haemoglobin[:, 60:] = 0.5, 1.0
    image = photograph(field, SLIDES[1], np.random.default_rng(1)).astype(float)
    empty, once, twice = (image[:, start : start + 10, 1].mean() for start in (10, 40, 70))
    assert empty > once > twice
    assert np.log(empty / twice) == pytest.approx(2 * np.log(empty / once), rel=0.25)


def test_the_scale_bar_can_be_left_out():
    with_bar, without = draw(2, 512, 384), draw(2, 512, 384, scale_bar=False)
    assert (with_bar.rgb != without.rgb).any()


@pytest.mark.parametrize("size", [(1024, 768), (512, 384), (224, 224), (400, 2000)])
def test_the_marking_lies_in_the_corner_that_the_classifier_covers_and_hides_no_labelled_cell(size):
    width, height = size
    marked, unmarked = draw(2, *size), draw(2, *size, scale_bar=False)
    different = (marked.rgb != unmarked.rgb).any(axis=2)
    rows, columns = np.nonzero(different)
    assert rows.min() >= int(FIRST_ROW * height)
    assert columns.min() >= int(FIRST_COLUMN * width)
    assert not marked.cells[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].any()


def test_the_word_synthetic_is_written_in_every_drawing():
    box = draw(2).rgb[660:, 860:]
    ink = box.max(axis=2) < 100
    letters, _ = cv2.connectedComponents(ink[: ink.shape[0] // 2 + 5].astype(np.uint8))
    assert letters - 1 >= len("SYNTHETIC")


@pytest.mark.parametrize("size", [(64, 64), (120, 300), (224, 224), (2000, 400)])
def test_any_size_can_be_drawn(size):
    drawing = draw(1, *size)
    assert drawing.rgb.shape == (size[1], size[0], 3)
    assert drawing.rgb.std() > 3


def test_jpeg_bytes_decode_to_nearly_the_drawing(drawing):
    rgb = decode(draw_jpeg(7, 512, 384))
    assert np.abs(rgb.astype(int) - drawing.rgb).mean() < 4
