"""Leukocytes found, and nothing where there are none."""

import cv2
import numpy as np
import pytest

from models.segmentation import BACKGROUND, CYTOPLASM, NUCLEUS, segment
from models.segmentation.cells import join_lobes
from models.segmentation.evaluate import dice
from models.segmentation.regions import Region
from models.synthetic import draw


@pytest.fixture(scope="module")
def drawing():
    return draw(5, 800, 600)


@pytest.fixture(scope="module")
def found(drawing):
    return segment(drawing.rgb)


def at_size(numbers, size):
    """Bring instance numbers from the working copy to the image's size."""
    return cv2.resize(numbers.astype(np.uint16), size, interpolation=cv2.INTER_NEAREST)


def disc(rgb, centre, radius, colour):
    cv2.circle(rgb, centre, radius, colour, cv2.FILLED, cv2.LINE_AA)


def smear(height=240, width=320):
    """An empty field with red cells and a little noise."""
    rgb = np.full((height, width, 3), (245, 250, 240), np.uint8)
    for x in range(25, width, 60):
        for y in range(25, height, 60):
            disc(rgb, (x, y), 16, (170, 180, 205))
    noise = np.random.default_rng(1).normal(0, 3, rgb.shape)
    return np.clip(rgb + noise, 0, 255).astype(np.uint8)


def test_labels_have_the_image_s_size_and_three_values(drawing, found):
    assert found.labels.shape == drawing.rgb.shape[:2]
    assert found.labels.dtype == np.uint8
    assert found.nuclei.dtype == found.cells.dtype == np.int32
    assert set(np.unique(found.labels)) <= {BACKGROUND, CYTOPLASM, NUCLEUS}


def test_labels_and_instances_agree(found):
    assert dice(found.labels == NUCLEUS, at_size(found.nuclei, found.size) > 0) > 0.97
    assert dice(found.labels > 0, at_size(found.cells, found.size) > 0) > 0.97
    inside = found.nuclei > 0
    assert np.array_equal(found.nuclei[inside], found.cells[inside])


def test_the_working_copy_goes_with_its_labels(drawing, found):
    assert found.field.shape[:2] == found.nuclei.shape == found.cells.shape == found.stain.density.shape
    assert found.scale == pytest.approx(found.field.shape[1] / drawing.rgb.shape[1])
    assert np.abs(cv2.resize(found.field, found.size).astype(int) - drawing.rgb).mean() < 3


def test_instances_are_numbered_from_one_without_gaps(found):
    assert found.count > 1
    assert np.unique(found.nuclei).tolist() == list(range(found.count + 1))
    assert np.unique(found.cells).tolist() == list(range(found.count + 1))


@pytest.mark.parametrize("seed", range(4))
def test_drawn_nuclei_and_cells_are_found(seed):
    drawing = draw(seed, 800, 600)
    found = segment(drawing.rgb)
    assert dice(found.labels == NUCLEUS, drawing.nuclei > 0) > 0.9
    assert dice(found.labels > 0, drawing.cells > 0) > 0.85
    assert abs(found.count - drawing.count) <= 2


def test_the_same_image_gives_the_same_labels(drawing, found):
    again = segment(drawing.rgb.copy())
    assert np.array_equal(again.nuclei, found.nuclei)
    assert np.array_equal(again.cells, found.cells)


def test_the_image_is_not_written_to(drawing):
    before = drawing.rgb.copy()
    segment(drawing.rgb)
    assert np.array_equal(before, drawing.rgb)


@pytest.mark.parametrize("seed", range(3))
def test_a_drawn_field_without_leukocytes_gives_none(seed):
    found = segment(draw(seed, 640, 480, leukocytes=0).rgb)
    assert found.count == 0
    assert not found.labels.any()


@pytest.mark.parametrize(
    "colour", [(0, 0, 0), (255, 255, 255), (128, 128, 128), (230, 120, 200), (90, 30, 140), (200, 10, 10)]
)
def test_a_field_of_one_colour_holds_no_leukocytes(colour):
    assert segment(np.full((150, 200, 3), colour, np.uint8)).count == 0


def test_noise_holds_no_leukocytes():
    noise = np.random.default_rng(4).normal(230, 6, (300, 400, 3))
    assert segment(np.clip(noise, 0, 255).astype(np.uint8)).count == 0


def test_red_cells_of_a_pink_stain_are_not_leukocytes():
    rgb = np.full((300, 400, 3), (225, 228, 222), np.uint8)
    for x in range(25, 400, 50):
        for y in range(25, 300, 50):
            disc(rgb, (x, y), 17, (185, 110, 120))
    assert segment(rgb).count == 0


@pytest.mark.parametrize("colour", [(0, 0, 0), (220, 20, 30), (20, 200, 40)])
def test_a_burnt_in_scale_bar_is_not_a_cell(colour):
    rgb = smear()
    rgb[215:236, 240:316] = 255
    cv2.line(rgb, (246, 228), (310, 228), colour, 2)
    cv2.putText(rgb, "100 pixel", (246, 224), cv2.FONT_HERSHEY_SIMPLEX, 0.35, colour, 1, cv2.LINE_AA)
    assert segment(rgb).count == 0


def test_touching_nuclei_are_separated():
    rgb = smear()
    for centre in ((100, 120), (144, 120), (182, 142)):
        disc(rgb, centre, 23, (120, 60, 190))
    found = segment(rgb)
    assert found.count == 3
    assert len({int(at_size(found.nuclei, found.size)[y, x]) for x, y in ((100, 120), (144, 120), (182, 142))}) == 3


def test_a_pale_nucleus_beside_a_dark_one_is_kept():
    rgb = smear()
    disc(rgb, (120, 120), 24, (70, 25, 130))
    disc(rgb, (166, 120), 24, (215, 150, 230))
    found = segment(rgb)
    assert found.count == 2
    assert found.labels[120, 170] == NUCLEUS


def test_the_lobes_of_a_granulocyte_are_one_cell():
    rgb = smear()
    disc(rgb, (160, 120), 36, (205, 170, 215))
    for centre in ((143, 108), (178, 112), (158, 142)):
        disc(rgb, centre, 11, (80, 30, 130))
    found = segment(rgb)
    assert found.count == 1
    assert dice(found.labels > 0, cv2.circle(np.zeros(rgb.shape[:2], np.uint8), (160, 120), 36, 1, -1) > 0) > 0.9


@pytest.mark.parametrize("count", [3, 5])
def test_lobes_are_one_cell_together_though_no_two_of_them_make_a_convex_body(count):
    rows, columns = np.mgrid[:100, :100] - 50
    sector = ((np.arctan2(rows, columns) + np.pi) / (2 * np.pi) * count).astype(int) % count
    body = rows**2 + columns**2 <= 40**2
    whole, nuclei, cells = (slice(0, 100), slice(0, 100)), [], []
    for number in range(count):
        turn = (number + 0.5) * 2 * np.pi / count - np.pi
        lobe = (rows - 24 * np.sin(turn)) ** 2 + (columns - 24 * np.cos(turn)) ** 2 <= 8**2
        nuclei.append(Region.within(whole, lobe.astype(np.uint8)))
        cells.append(Region.within(whole, (body & (sector == number)).astype(np.uint8)))
    lobes, joined = join_lobes(nuclei, cells, (100, 100))
    assert joined.max() == lobes.max() == 1
    assert (joined > 0).sum() == body.sum()


@pytest.mark.timeout(10)  # pair by pair this took twenty seconds
def test_thousands_of_cells_that_lie_apart_stay_apart_and_do_not_take_for_ever():
    side = 28
    body = cv2.circle(np.zeros((side, side), np.uint8), (side // 2, side // 2), 12, 1, -1)
    lobe = cv2.circle(np.zeros((side, side), np.uint8), (side // 2, side // 2), 6, 1, -1)
    corners = [(left, top) for top in range(0, 70 * side, side) for left in range(0, 70 * side, side)]
    windows = [(slice(top, top + side), slice(left, left + side)) for left, top in corners]
    nuclei, cells = ([Region.within(window, mask) for window in windows] for mask in (lobe, body))
    _, joined = join_lobes(nuclei, cells, (70 * side, 70 * side))
    assert joined.max() == len(corners)


def test_a_cell_cut_by_the_frame_is_found():
    rgb = smear()
    disc(rgb, (0, 120), 24, (120, 60, 190))
    assert segment(rgb).labels[120, 2] == NUCLEUS


@pytest.mark.parametrize("size", [(40, 40), (32, 500), (500, 32), (33, 47)])
def test_odd_sizes_are_segmented(size):
    assert segment(draw(1, 320, 240).rgb[: size[0], : size[1]].copy()).labels.shape == (
        min(size[0], 240),
        min(size[1], 320),
    )


def test_a_large_photograph_keeps_its_cells():
    drawing = draw(2, 640, 480)
    large = cv2.resize(drawing.rgb, (3200, 2400), interpolation=cv2.INTER_CUBIC)
    truth = cv2.resize(drawing.labels, (3200, 2400), interpolation=cv2.INTER_NEAREST)
    found = segment(large)
    assert found.labels.shape == (2400, 3200)
    assert dice(found.labels == NUCLEUS, truth == NUCLEUS) > 0.9


def test_background_colour_is_that_of_the_empty_field():
    assert np.allclose(segment(smear()).background_colour, (245, 250, 240), atol=6)
