"""An analysis is timed beside the forward pass in the same run."""

import json
import shutil

import pytest

from models import registry
from models.speed import FORWARD, TIMING_FILE, main, measure
from models.synthetic import draw_jpeg

STAGES = {"decode", "segmentation", "scale", "quality", "classification", "novelty", "explanation", "total"}


@pytest.fixture
def smear(tmp_path):
    path = tmp_path / "smear.jpg"
    path.write_bytes(draw_jpeg(1, 320, 240))
    return path


def test_every_stage_and_the_forward_pass_are_timed(smear):
    speed = measure([smear.read_bytes()], rounds=2)
    assert (speed.images, speed.rounds) == (1, 2)
    assert speed.milliseconds.keys() == STAGES | {FORWARD}
    assert 0 < speed.milliseconds[FORWARD] < speed.milliseconds["total"]


def test_the_ratio_is_that_of_an_analysis_to_the_forward_pass(smear):
    speed = measure([smear.read_bytes()], rounds=1)
    assert speed.ratio == pytest.approx(speed.milliseconds["total"] / speed.milliseconds[FORWARD], abs=0.02)


def test_a_reader_gets_the_stages_and_the_ratio(smear, capsys):
    assert main([str(smear), "--rounds", "1"]) == 0
    printed = capsys.readouterr().out
    assert all(stage in printed for stage in STAGES | {FORWARD})
    assert "analysis / forward pass:" in printed


@pytest.mark.parametrize("content", [b"plain text", None], ids=["no image", "missing"])
def test_a_file_that_cannot_be_timed_is_named_by_a_sentence(tmp_path, capsys, content):
    path = tmp_path / "notes.jpg"
    if content:
        path.write_bytes(content)
    assert main([str(path)]) == 1
    assert capsys.readouterr().err.strip()


def test_no_round_is_no_measurement(smear, capsys):
    with pytest.raises(SystemExit):
        main([str(smear), "--rounds", "0"])
    assert "--rounds takes a number from 1." in capsys.readouterr().err


def test_times_are_written_beside_the_network_which_stays_valid(smear, tmp_path):
    folder = tmp_path / registry.DEFAULT
    shutil.copytree(registry.FOLDER / registry.DEFAULT, folder)
    assert main([str(smear), "--rounds", "1", "--artefact", str(folder), "--write"]) == 0
    timing = json.loads((folder / TIMING_FILE).read_text())
    assert 0 < timing["forward_ms"] < timing["analysis_ms"]
    assert timing["ratio"] == pytest.approx(timing["analysis_ms"] / timing["forward_ms"], abs=0.02)
    assert (timing["images"], timing["rounds"]) == (1, 1)
    assert registry.load(str(folder)).name == registry.DEFAULT


def test_times_are_not_written_unless_asked_for(smear, tmp_path):
    folder = tmp_path / registry.DEFAULT
    shutil.copytree(registry.FOLDER / registry.DEFAULT, folder, ignore=shutil.ignore_patterns(TIMING_FILE))
    assert main([str(smear), "--rounds", "1", "--artefact", str(folder)]) == 0
    assert not (folder / TIMING_FILE).exists()
