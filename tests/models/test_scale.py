"""The typical red cell is found from chords: whatever the camera's pixels, and only where there are red cells."""

import cv2
import numpy as np
import pytest

from models.scale import Scale, estimate
from models.segmentation import segment
from models.synthetic import draw

DRAWN_TOLERANCE = 0.15
"""Of the geometric mean of width and height; drawn cells vary, overlap and lie in rolls, and edges are soft."""
SHRUNK_TOLERANCE = 0.03


def scale_of(rgb: np.ndarray) -> Scale:
    found = estimate(segment(rgb))
    assert found is not None
    return found


def mean(scale: Scale) -> float:
    return (scale.width * scale.height) ** 0.5


def resized(rgb: np.ndarray, width: int, height: int) -> np.ndarray:
    return cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)


def strewn_with_ellipses(width: float, height: float) -> np.ndarray:
    """A white field of pink ellipses at random places, so that many overlap."""
    field = np.full((768, 1024, 3), 250, np.uint8)
    chance = np.random.default_rng(1)
    half = round(width * 8), round(height * 8)
    for x, y in zip(chance.uniform(0, 1024, 150), chance.uniform(0, 768, 150), strict=True):
        middle = round(x * 16), round(y * 16)
        cv2.ellipse(field, middle, half, 0, 0, 360, (215, 160, 165), -1, cv2.LINE_AA, 4)
    return field


@pytest.fixture(scope="module", params=[1, 2, 3])
def field(request):
    return draw(request.param).rgb


@pytest.mark.parametrize("seed", [1, 2, 3, 5])
@pytest.mark.parametrize("diameter", [40.0, 70.0])
def test_the_estimate_is_the_drawn_diameter(seed, diameter):
    found = scale_of(draw(seed, 1024, 768, red_cell_diameter=diameter).rgb)
    assert mean(found) == pytest.approx(diameter, rel=DRAWN_TOLERANCE)


@pytest.mark.parametrize("factor", [0.25, 0.5, 1.5])
def test_the_estimate_shrinks_and_grows_with_the_image(field, factor):
    whole, other = scale_of(field), scale_of(resized(field, round(1024 * factor), round(768 * factor)))
    assert other.width == pytest.approx(whole.width * factor, rel=SHRUNK_TOLERANCE)
    assert other.height == pytest.approx(whole.height * factor, rel=SHRUNK_TOLERANCE)


def test_a_field_squashed_to_a_square_has_cells_as_narrow_as_it_is(field):
    whole, squashed = scale_of(field), scale_of(resized(field, 224, 224))
    assert squashed.width == pytest.approx(whole.width * 224 / 1024, rel=SHRUNK_TOLERANCE)
    assert squashed.height == pytest.approx(whole.height * 224 / 768, rel=SHRUNK_TOLERANCE)


def test_a_field_on_its_side_has_width_and_height_swapped(field):
    upright, turned = scale_of(field), scale_of(np.ascontiguousarray(np.rot90(field)))
    assert turned.width == pytest.approx(upright.height, rel=SHRUNK_TOLERANCE)
    assert turned.height == pytest.approx(upright.width, rel=SHRUNK_TOLERANCE)


@pytest.mark.parametrize(("width", "height"), [(60, 60), (40, 40), (48, 64), (66, 50)])
def test_width_and_height_of_overlapping_ellipses_are_told_apart(width, height):
    found = scale_of(strewn_with_ellipses(width, height))
    assert found.width == pytest.approx(width, rel=0.05)
    assert found.height == pytest.approx(height, rel=0.05)


def test_width_and_height_never_differ_by_more_than_a_half(field):
    found = estimate(segment(resized(field, 512, 768)))
    assert found is None or 1 / 1.5 <= found.height / found.width <= 1.5 * 1.01  # copies are whole pixels wide


@pytest.mark.parametrize(
    "empty",
    [
        np.full((768, 1024, 3), 250, np.uint8),
        np.zeros((768, 1024, 3), np.uint8),
        np.random.default_rng(1).normal(240, 3, (768, 1024, 3)).clip(0, 255).astype(np.uint8),
        np.tile(np.linspace(0, 255, 1024).astype(np.uint8)[None, :, None], (768, 1, 3)),
    ],
    ids=["white", "black", "grain", "gradient"],
)
def test_a_field_without_cells_has_no_scale(empty):
    assert estimate(segment(empty)) is None


def test_a_field_of_leukocytes_alone_has_no_scale():
    assert estimate(segment(draw(1, 640, 480, red_cells=0).rgb)) is None


def test_a_field_with_few_red_cells_has_no_scale():
    assert estimate(segment(draw(1, 640, 480, red_cells=4, leukocytes=0).rgb)) is None


def test_the_same_field_always_has_the_same_scale(field):
    assert scale_of(field) == scale_of(field.copy())
