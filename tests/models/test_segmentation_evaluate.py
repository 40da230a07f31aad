"""The measuring script, and the mark that the segmentation must keep."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.segmentation import evaluate
from models.synthetic import draw

ZHENG = Path(__file__).parents[3] / "shared" / "data" / "segmentation" / "zheng1"


@pytest.fixture
def folder(tmp_path):
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    for seed in range(3):
        drawing = draw(seed, 320, 240)
        cv2.imwrite(str(tmp_path / "images" / f"{seed}.png"), drawing.rgb[..., ::-1])
        cv2.imwrite(str(tmp_path / "masks" / f"{seed}.png"), drawing.labels)
    return tmp_path


def test_dice_of_known_masks():
    one, other = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    assert evaluate.dice(one, other) == 1
    one[0], other[0, :2] = True, True
    assert evaluate.dice(one, other) == pytest.approx(2 * 2 / 6)
    assert evaluate.dice(one, ~one) == 0


def test_interval_holds_the_mean_and_repeats():
    scores = np.random.default_rng(0).uniform(0.8, 1, 50)
    low, high = evaluate.interval(scores)
    assert low < scores.mean() < high
    assert evaluate.interval(scores) == (low, high)


def test_a_folder_is_measured_and_printed(folder, capsys):
    assert evaluate.main([str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "3 images" in printed
    assert "nucleus  Dice 0.9" in printed
    assert "below 0.5: 0.000" in printed


def test_a_missing_mask_is_named(folder):
    (folder / "masks" / "1.png").unlink()
    with pytest.raises(FileNotFoundError, match=r"Put the mask of 1\.png"):
        evaluate.evaluate(folder)


def test_an_empty_folder_says_what_belongs_there(tmp_path):
    with pytest.raises(FileNotFoundError, match="Put the photographs in"):
        evaluate.evaluate(tmp_path)


@pytest.mark.data
@pytest.mark.skipif(not ZHENG.is_dir(), reason="needs ../shared/data/segmentation/zheng1")
def test_nucleus_dice_on_real_cells_keeps_its_mark():
    result = evaluate.evaluate(ZHENG)
    assert len(result.names) == 300
    assert result.nucleus.mean() >= 0.95
    assert result.cell.mean() >= 0.94
    assert (result.nucleus < 0.5).mean() == 0
