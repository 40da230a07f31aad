import cv2
import numpy as np
import pytest

from models.classification.preprocessing import cover_corner, outside_corner, prepare
from models.segmentation import segment
from models.synthetic import draw
from models.training import audit, figures


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return draw(5, 224, 224, leukocytes=4).rgb


@pytest.fixture(scope="module")
def donor() -> np.ndarray:
    return np.full((224, 224, 3), (120, 60, 200), dtype=np.uint8)


@pytest.mark.parametrize("change", audit.CHANGES, ids=lambda change: change.name)
def test_every_change_keeps_size_and_type_and_leaves_the_original_alone(change, image, donor):
    before = image.copy()
    changed = change.make(image, donor)
    assert changed.shape == (224, 224, 3)
    assert changed.dtype == np.uint8
    assert np.array_equal(image, before)


def test_all_but_the_plain_images_are_changed(image):
    donor = np.random.default_rng(0).integers(0, 256, (224, 224, 3), dtype=np.uint8)
    unchanged = [change.name for change in audit.CHANGES if np.array_equal(change.make(image, donor), image)]
    assert unchanged == [audit.PLAIN]


def test_the_bar_of_another_class_is_its_real_corner_and_reaches_beyond_what_is_covered(image, donor):
    pasted = audit.paste_bar(image, donor)
    assert np.array_equal(pasted[-48:, -48:], donor[-48:, -48:])
    assert np.array_equal(pasted[:-48], image[:-48])
    assert not np.array_equal(prepare(pasted), prepare(image))


def test_a_zoom_enlarges_about_the_centre():
    image = np.full((224, 224, 3), 200, dtype=np.uint8)
    cv2.circle(image, (111, 111), 40, (20, 20, 20), thickness=-1)
    dark = {factor: int((audit.zoom(image, factor)[..., 0] < 110).sum()) for factor in (0.85, 1, 1.15)}
    assert dark[1.15] == pytest.approx(dark[1] * 1.15**2, rel=0.03)
    assert dark[0.85] == pytest.approx(dark[1] * 0.85**2, rel=0.03)


def test_zooming_out_does_not_uncover_the_corner(image):
    marked = image.copy()
    marked[194:, 193:] = 0
    assert np.array_equal(audit.zoom(marked, 0.85), audit.zoom(image, 0.85))


def test_with_the_cells_erased_nothing_dark_is_left(image):
    luma = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    erased = cv2.cvtColor(audit.erase_cells(image), cv2.COLOR_RGB2GRAY)
    threshold = np.percentile(luma, 2)
    assert (erased < threshold).mean() < (luma < threshold).mean() / 4


def test_an_image_without_cells_has_none_to_erase():
    empty = np.full((224, 224, 3), 220, dtype=np.uint8)
    assert np.array_equal(audit.erase_cells(empty), empty)


def test_a_donor_is_of_another_class_and_held_out_at_the_same_time():
    labels, turns = np.tile([0, 1, 2, 3], 30), np.repeat([0, 1, 2], 40)
    drawn = audit.donors(labels, turns, seed=1)
    assert np.all(labels[drawn] != labels)
    assert np.array_equal(turns[drawn], turns)
    assert {tuple(pair) for pair in zip(labels, labels[drawn], strict=True)} == {
        (own, other) for own in range(4) for other in range(4) if own != other
    }


def test_the_seed_decides_the_donors():
    labels, turns = np.tile([0, 1, 2, 3], 10), np.zeros(40, dtype=int)
    assert np.array_equal(audit.donors(labels, turns, seed=1), audit.donors(labels, turns, seed=1))
    assert not np.array_equal(audit.donors(labels, turns, seed=1), audit.donors(labels, turns, seed=2))


def test_cells_patched_over_are_filled_with_pixels_of_the_same_field_and_none_is_found_again(image):
    cells = segment(image).labels > 0
    patched = audit.patch_cells(image)
    own = {tuple(pixel) for pixel in cover_corner(image)[~cells]}
    new = patched[cells]
    assert np.mean([tuple(pixel) in own for pixel in new]) > 0.99
    assert new.std(axis=0).max() > 10  # red cells and gaps, not one colour
    assert (segment(patched).labels > 0).sum() < cells.sum() / 4


def test_patching_never_brings_the_scale_bar_out_of_its_corner(image):
    marked = image.copy()
    marked[194:, 193:] = (1, 2, 3)
    elsewhere = audit.patch_cells(marked)
    assert not (elsewhere[outside_corner()] == (1, 2, 3)).all(axis=1).any()


def test_the_changes_without_cells_are_not_held_to_make_no_difference():
    assert set(figures.AUDITED).isdisjoint(audit.WITHOUT_CELLS)
    assert len(figures.AUDITED) == len(audit.CHANGES) - 3
