import numpy as np
import pytest

from models.explanation import OUTSIDE_WARNING, activation_map, explain

DENSE = np.eye(4, dtype=np.float32)


def feature_map_lit_at(*squares: tuple[int, int], label: int = 1) -> np.ndarray:
    lit = np.zeros((7, 7, 4), dtype=np.float32)
    for row, column in squares:
        lit[row, column, label] = 2.0
    return lit


def test_the_map_is_exactly_what_the_logit_is_made_of():
    random = np.random.default_rng(0)
    features, dense = random.random((7, 7, 5)).astype(np.float32), random.normal(size=(5, 4)).astype(np.float32)
    logits = features.mean(axis=(0, 1)) @ dense
    margin = logits[2] - logits.mean()
    evidence = features @ (dense[:, 2] - dense.mean(axis=1))
    assert evidence.mean() == pytest.approx(margin, rel=1e-4)
    shown = activation_map(features, dense, 2)
    assert shown == pytest.approx(np.maximum(evidence, 0) / evidence.max(), abs=1e-6)


def test_energy_goes_to_the_cell_it_lies_in():
    cells = np.zeros((224, 224), dtype=np.int32)
    cells[0:32, 0:32] = 1
    cells[192:224, 192:224] = 2
    explained = explain(feature_map_lit_at((0, 0)), DENSE, 1, cells)
    assert explained.contributions == pytest.approx([1.0, 0.0])
    assert explained.inside == pytest.approx(1.0)
    assert explained.even == pytest.approx(2 / 49)
    assert explained.warning is None


def test_two_cells_in_one_square_share_its_energy_by_area():
    cells = np.zeros((224, 224), dtype=np.int32)
    cells[0:8, 0:32] = 1
    cells[8:32, 0:32] = 2
    explained = explain(feature_map_lit_at((0, 0)), DENSE, 1, cells)
    assert explained.contributions == pytest.approx([0.25, 0.75])


def test_a_map_that_looks_past_the_cells_warns():
    cells = np.zeros((768, 1024), dtype=np.int32)
    cells[0:100, 0:140] = 1
    explained = explain(feature_map_lit_at((3, 3), (3, 4), (0, 0)), DENSE, 1, cells)
    assert explained.inside == pytest.approx(1 / 3)
    assert explained.warning == OUTSIDE_WARNING


def test_a_speck_does_not_make_a_square_a_cells_square():
    cells = np.zeros((224, 224), dtype=np.int32)
    cells[0:4, 0:4] = 1
    assert explain(feature_map_lit_at((0, 0)), DENSE, 1, cells).inside == 0


def test_an_image_without_cells_has_all_its_energy_outside():
    explained = explain(feature_map_lit_at((2, 2)), DENSE, 1, np.zeros((50, 60), dtype=np.int32))
    assert explained.inside == 0
    assert len(explained.contributions) == 0


def test_an_empty_map_stays_empty():
    explained = explain(np.zeros((7, 7, 4), np.float32), DENSE, 1, np.ones((224, 224), np.int32))
    assert explained.activation_map.max() == 0
    assert explained.inside == 0
