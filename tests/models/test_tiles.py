"""The network is shown training fields: the whole image, parts of it, or the image and its mirror images."""

import numpy as np
import pytest

from models import tiles
from models.scale import Scale
from models.segmentation import measure, segment
from models.synthetic import draw
from models.tiles import FIELD_HEIGHT, FIELD_WIDTH, MOST, Tile

SIZE = (1024, 768)
WHOLE = Tile(0, 0, *SIZE)
NUMBERED = np.arange(768 * 1024 * 3, dtype=np.uint32).astype(np.uint8).reshape(768, 1024, 3)
LARGER = [(1.4, 1.4), (2, 2), (2, 1), (3.4, 2.2), (5, 5), (6.2, 1), (9, 12), (40, 40)]


def covered(laid: tuple[Tile, ...]) -> np.ndarray:
    """How many tiles lie over each pixel."""
    count = np.zeros(SIZE[::-1], int)
    for tile in laid:
        count[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width] += 1
    return count


def test_an_image_of_16_by_12_red_cells_shows_one_training_field():
    scale = Scale(1024 / FIELD_WIDTH, 768 / FIELD_HEIGHT)
    assert tiles.fields_of(SIZE, scale) == pytest.approx((1, 1))
    assert tiles.fields_of((2048, 1536), scale) == pytest.approx((2, 2))
    assert tiles.fields_of((224, 224), Scale(224 / FIELD_WIDTH, 224 / FIELD_HEIGHT)) == pytest.approx((1, 1))


def test_an_image_without_a_scale_counts_as_one_training_field():
    assert tiles.fields_of(SIZE, None) == (1, 1)
    assert tiles.lay(SIZE, (1, 1)) == (WHOLE,)


@pytest.mark.parametrize("fields", [(1, 1), (0.8, 0.8), (1.3, 1.3), (0.9, 1.3), (1.25, 0.8)])
def test_an_image_like_a_training_field_is_one_tile(fields):
    assert tiles.is_alike(fields)
    assert tiles.lay(SIZE, fields) == (WHOLE,)


def test_an_estimate_too_large_along_chains_of_red_cells_does_not_undo_the_likeness():
    assert tiles.lay(SIZE, (0.45, 1.0)) == (WHOLE,)


@pytest.mark.parametrize("fields", [(1.34, 0.44), (3, 0.5), (0.45, 1.2)])
def test_a_strip_of_a_field_is_not_squashed_into_one_tile_but_continued(fields):
    assert all(tile.left < 0 or tile.top < 0 for tile in tiles.lay(SIZE, fields))


@pytest.mark.parametrize("fields", LARGER)
def test_a_larger_image_gets_even_tiles_inside_it_that_reach_all_its_sides(fields):
    laid = tiles.lay(SIZE, fields)
    assert 1 < len(laid) <= MOST**2
    assert len({(tile.width, tile.height) for tile in laid}) == 1
    assert min(tile.left for tile in laid) == min(tile.top for tile in laid) == 0
    assert max(tile.left + tile.width for tile in laid) == SIZE[0]
    assert max(tile.top + tile.height for tile in laid) == SIZE[1]
    for places in ({tile.left for tile in laid}, {tile.top for tile in laid}):
        gaps = np.diff(sorted(places))
        assert gaps.size == 0 or np.ptp(gaps) <= 1


@pytest.mark.parametrize("fields", LARGER)
def test_each_tile_of_a_larger_image_shows_about_as_much_as_a_training_field(fields):
    for tile in tiles.lay(SIZE, fields):
        shown = fields[0] * tile.width / SIZE[0], fields[1] * tile.height / SIZE[1]
        assert all(0.75 <= share <= 1.3 for share in shown)


@pytest.mark.parametrize("fields", [(1.4, 1.4), (2, 2), (3.4, 2.2), (5, 5), (6, 6)])
def test_tiles_leave_no_pixel_out_where_six_by_six_can_hold_the_image(fields):
    assert covered(tiles.lay(SIZE, fields)).min() >= 1


@pytest.mark.parametrize("fields", [(7, 7), (9, 12), (100, 100)])
def test_still_larger_images_are_sampled_by_36_tiles(fields):
    assert len(tiles.lay(SIZE, fields)) == MOST**2


@pytest.mark.parametrize("fields", [(0.5, 0.5), (0.7, 0.6), (0.4, 0.7)])
def test_a_smaller_image_is_continued_to_the_left_and_above_to_a_training_field(fields):
    (tile,) = tiles.lay(SIZE, fields)
    assert (tile.left + tile.width, tile.top + tile.height) == SIZE
    assert tile.width * fields[0] / SIZE[0] == pytest.approx(1, abs=0.01)
    assert tile.height * fields[1] / SIZE[1] == pytest.approx(1, abs=0.01)


def test_an_image_narrower_but_taller_is_continued_in_one_direction_and_tiled_in_the_other():
    laid = tiles.lay(SIZE, (0.5, 4))
    assert len(laid) == 4
    assert all(tile.left + tile.width == SIZE[0] and tile.width == 2048 and tile.top >= 0 for tile in laid)


@pytest.mark.parametrize("fields", [(0.3, 0.3), (0.39, 0.39), (0.02, 0.02), (0.1, 0.9)])
def test_an_image_so_small_that_it_would_be_mostly_mirrored_stays_as_it_is(fields):
    assert tiles.lay(SIZE, fields) == (WHOLE,)


def test_a_tile_inside_the_image_is_a_part_of_it():
    assert (Tile(10, 20, 300, 200).of(NUMBERED) == NUMBERED[20:220, 10:310]).all()
    assert (WHOLE.of(NUMBERED) == NUMBERED).all()


def test_a_tile_beyond_the_image_shows_its_mirror_image_there():
    shown = Tile(-100, -50, 1124, 818).of(NUMBERED)
    assert shown.shape == (818, 1124, 3)
    assert (shown[50:, 100:] == NUMBERED).all()
    assert (shown[50:, :100] == NUMBERED[:, 100:0:-1]).all()
    assert (shown[:50, 100:] == NUMBERED[50:0:-1]).all()


def test_a_tile_beyond_a_large_photograph_is_shrunk_before_it_is_continued():
    shown = Tile(-6000, -4500, 10000, 7500).of(np.full((3000, 4000, 3), 7, np.uint8))
    assert shown.shape[1] / shown.shape[0] == pytest.approx(4 / 3, rel=0.01)
    assert 700 < shown.shape[0] < 2000
    assert (shown == 7).all()


def test_a_tile_holds_the_cells_whose_middles_lie_in_it():
    rgb = draw(1, 512, 384).rgb
    cells = measure(rgb, segment(rgb))
    left, right = Tile(0, 0, 256, 384), Tile(256, 0, 256, 384)
    assert len(cells) > 1
    assert all(left.holds(cell) != right.holds(cell) for cell in cells)
    assert all(Tile(*cell.box).holds(cell) for cell in cells)


def test_tiles_without_leukocytes_do_not_vote():
    rgb = draw(1, 512, 384).rgb
    cell = measure(rgb, segment(rgb))[0]
    laid = tiles.lay((512, 384), (4, 4))
    voting = tiles.voters(laid, [cell])
    assert 1 <= len(voting) < len(laid)
    assert all(tile.holds(cell) for tile in voting)


def test_all_tiles_vote_where_there_is_no_leukocyte():
    laid = tiles.lay(SIZE, (2, 2))
    assert tiles.voters(laid, []) == laid


def maps_of(laid: tuple[Tile, ...]) -> list[np.ndarray]:
    return [np.full((7, 7, 5), number + 1, np.float32) for number in range(len(laid))]


def test_the_map_of_one_whole_tile_is_left_as_it_is():
    (feature_map,) = maps = maps_of((WHOLE,))
    assert tiles.stitch(SIZE, (WHOLE,), maps, (1, 1)) is feature_map


@pytest.mark.parametrize(("fields", "grid"), [((2, 2), (14, 14)), ((3.4, 2.2), (15, 24)), ((12, 9), (42, 42))])
def test_a_stitched_map_has_squares_as_large_as_the_tiles_have_and_values_between_theirs(fields, grid):
    laid = tiles.lay(SIZE, fields)
    stitched = tiles.stitch(SIZE, laid, maps_of(laid), fields)
    assert stitched.shape == (*grid, 5)
    assert stitched.dtype == np.float32
    assert stitched.max() <= len(laid)
    assert (stitched.min() >= 1) == (max(fields) <= MOST)


def test_a_stitched_map_keeps_each_tile_in_its_place():
    laid = tiles.lay(SIZE, (2, 2))
    stitched = tiles.stitch(SIZE, laid, maps_of(laid), (2, 2))[..., 0]
    assert [stitched[0, 0], stitched[0, -1], stitched[-1, 0], stitched[-1, -1]] == [1, 2, 3, 4]


def test_a_stitched_map_is_0_where_no_tile_voted():
    laid = tiles.lay(SIZE, (2, 2))
    stitched = tiles.stitch(SIZE, laid[:1], maps_of(laid[:1]), (2, 2))
    assert (stitched[-1, -1] == 0).all()
    assert (stitched[0, 0] == 1).all()


def test_the_map_of_a_mirrored_tile_is_cut_to_the_image():
    (tile,) = tiles.lay(SIZE, (0.5, 0.5))
    feature_map = np.arange(49, dtype=np.float32).reshape(7, 7, 1)
    stitched = tiles.stitch(SIZE, (tile,), [feature_map], (0.5, 0.5))
    assert stitched.shape == (4, 4, 1)
    assert stitched.max() == 48
    assert set(stitched.ravel()) <= set(feature_map[3:, 3:].ravel())
