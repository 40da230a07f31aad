import numpy as np
import pytest

from models.classification.preprocessing import MASK_LEFT, MASK_TOP
from models.training import colour


def picture(seed: int = 0, low: int = 90, high: int = 170) -> np.ndarray:
    return np.random.default_rng(seed).integers(low, high, (224, 224, 3), dtype=np.uint8)


def test_an_image_takes_the_colours_it_is_given():
    wanted = np.array([[60, 10, -15], [12, 5, 6]], dtype=np.float32)
    assert colour.statistics(colour.put(picture(), wanted)) == pytest.approx(wanted, abs=0.6)


def test_its_own_colours_leave_an_image_as_it_is():
    image = picture()
    changed = colour.put(image, colour.statistics(image)).astype(int)
    assert np.abs(changed - image).max() <= 1


def test_the_corner_has_no_say_in_the_colours():
    image, other = picture(), picture()
    other[MASK_TOP:, MASK_LEFT:] = 255
    assert np.array_equal(colour.statistics(image), colour.statistics(other))


def test_white_balance_makes_the_background_white():
    image = np.full((224, 224, 3), (200, 220, 180), dtype=np.uint8)
    assert colour.white_balance(image).min() >= 254


def test_the_grey_world_has_no_colour_cast():
    image = picture()
    image[..., 0] //= 2
    means = colour.grey_world(image)[: MASK_TOP - 1].mean(axis=(0, 1))
    assert means == pytest.approx([means.mean()] * 3, abs=1.0)


def test_grey_has_no_colour_left():
    grey = colour.grey(picture())
    assert np.array_equal(grey[..., 0], grey[..., 1])
    assert np.array_equal(grey[..., 0], grey[..., 2])
