import numpy as np
import pytest

from models.training import faults

SPECKLE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", faults.FAULTS)
def test_a_fault_spoils_a_copy(name):
    before = SPECKLE.copy()
    spoiled = faults.FAULTS[name](SPECKLE, 1)
    assert spoiled.shape == SPECKLE.shape
    assert spoiled.dtype == np.uint8
    assert not np.array_equal(spoiled, SPECKLE)
    assert np.array_equal(SPECKLE, before)


@pytest.mark.parametrize(("turns", "direction"), [(0, (0, 1)), (1, (1, 1)), (2, (1, 0)), (3, (1, -1))])
def test_motion_smears_a_point_along_its_direction_and_no_other(turns, direction):
    point = np.zeros((63, 63, 3), dtype=np.uint8)
    point[31, 31] = 255
    rows, columns = np.nonzero(faults.move(point, 15, turns)[..., 0])
    length = np.hypot(np.ptp(rows), np.ptp(columns))
    assert length == pytest.approx(14, abs=1)
    assert all(
        (row - 31) * direction[1] == (column - 31) * direction[0] for row, column in zip(rows, columns, strict=True)
    )


def test_motion_keeps_the_brightness():
    flat = np.full((40, 40, 3), 130, dtype=np.uint8)
    for turns in range(4):
        assert np.abs(faults.move(flat, turns=turns).astype(int) - 130).max() <= 1


def test_exposure_multiplies_light_and_clips_at_white():
    assert faults.expose(np.array([[[10, 100, 200]]], dtype=np.uint8), 2.2).tolist() == [[[22, 220, 255]]]


def test_a_washed_out_stain_keeps_the_field_and_loses_its_density():
    image = np.full((50, 50, 3), 200, dtype=np.uint8)
    image[:10] = 50
    washed = faults.wash_out(image, 0.15)
    assert washed[20, 20].tolist() == [200, 200, 200]
    assert np.log(200 / washed[0, 0, 0]) == pytest.approx(0.15 * np.log(200 / 50), rel=0.03)
