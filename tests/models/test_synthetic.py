"""Drawn smears: the same for the same seed, and true to their masks."""

import numpy as np
import pytest

from models.decoding import decode
from models.segmentation import BACKGROUND, CYTOPLASM, NUCLEUS
from models.synthetic import draw, draw_jpeg


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
    assert green[drawing.nuclei > 0].mean() < 0.6 * green[drawing.labels == BACKGROUND].mean()


def test_the_scale_bar_can_be_left_out():
    with_bar, without = draw(2, 512, 384), draw(2, 512, 384, scale_bar=False)
    different = (with_bar.rgb != without.rgb).any(axis=2)
    assert different.any()
    assert not different[:250].any()
    assert not different[:, :300].any()


@pytest.mark.parametrize("size", [(64, 64), (120, 300), (2000, 400)])
def test_any_size_can_be_drawn(size):
    drawing = draw(1, *size)
    assert drawing.rgb.shape == (size[1], size[0], 3)
    assert drawing.rgb.std() > 3


def test_jpeg_bytes_decode_to_nearly_the_drawing(drawing):
    rgb = decode(draw_jpeg(7, 512, 384))
    assert np.abs(rgb.astype(int) - drawing.rgb).mean() < 4
