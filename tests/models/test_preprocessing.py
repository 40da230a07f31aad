import numpy as np
import pytest

from models.classification import preprocessing
from models.classification.preprocessing import MASK_LEFT, MASK_TOP, cover_corner, prepare, resize


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_whatever_is_burnt_into_the_corner_changes_nothing():
    image = noise(224, 224)
    other = image.copy()
    other[MASK_TOP:, MASK_LEFT:] = 0
    assert np.array_equal(prepare(image), prepare(other))


def test_only_the_corner_is_covered_and_with_the_colour_of_the_rest():
    image = noise(224, 224)
    covered = cover_corner(image)
    kept = preprocessing.outside_corner()
    assert np.array_equal(covered[kept], image[kept])
    assert np.array_equal(np.unique(covered[~kept], axis=0), [np.rint(image[kept].mean(axis=0))])


def test_the_image_given_is_left_as_it_is():
    image = noise(224, 224)
    before = image.copy()
    prepare(image)
    assert np.array_equal(image, before)


@pytest.mark.parametrize("shape", [(768, 1024), (1920, 2560), (224, 224), (100, 90), (100, 900), (33, 40)])
def test_any_size_becomes_the_networks_input(shape):
    prepared = prepare(noise(*shape))
    assert prepared.shape == (224, 224, 3)
    assert prepared.dtype == np.float32
    assert -1 <= prepared.min() <= prepared.max() <= 1


def test_a_field_and_its_enlargement_look_the_same_to_the_network():
    small = noise(224, 224)
    large = np.repeat(np.repeat(small, 4, axis=0), 4, axis=1)
    assert np.array_equal(resize(large), small)


def test_the_contracts_hash_follows_its_content(monkeypatch):
    before = preprocessing.contract_sha256()
    monkeypatch.setitem(preprocessing.CONTRACT, "scale", "value / 255")
    assert preprocessing.contract_sha256() != before
