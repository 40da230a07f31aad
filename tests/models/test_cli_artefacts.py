import json

import pytest

from models import published, registry
from models.cli import main
from models.synthetic import draw_jpeg
from tests.artefacts import another


@pytest.fixture
def other(tmp_path):
    return another(tmp_path)


@pytest.fixture
def spoilt(other):
    (other / registry.MODEL_FILE).write_bytes(b"something else")
    return other


@pytest.fixture
def smears(tmp_path):
    folder = tmp_path / "smears"
    folder.mkdir()
    for seed in range(3):
        (folder / f"{seed}.jpg").write_bytes(draw_jpeg(seed, 512, 384))
    return folder


@pytest.fixture(autouse=True)
def _wide_and_nothing_chosen(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    for name in (registry.OVERRIDE, registry.SHADOW):
        monkeypatch.delenv(name, raising=False)


def row(printed, name):
    return next(line for line in printed.splitlines() if name in line)


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_list_names_every_shipped_network_with_its_figures(capsys):
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in registry.names())
    told = row(printed, registry.DEFAULT)
    assert f"{published.figures(registry.find())[published.ACCURACY]:.3f}" in told
    assert f"{published.size(registry.find()):.1f}" in told
    assert "default, active" in told


def test_list_marks_what_is_active_and_in_shadow_wherever_it_lies(other, monkeypatch, capsys):
    monkeypatch.setenv(registry.OVERRIDE, str(other))
    monkeypatch.setenv(registry.SHADOW, registry.DEFAULT)
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert "active" in row(printed, str(other))
    assert "default, shadow" in row(printed, registry.DEFAULT)


def test_list_says_when_what_is_chosen_does_not_exist(monkeypatch, capsys):
    monkeypatch.setenv(registry.SHADOW, "resnet50-0.0.1")
    assert main(["list"]) == 1
    said = capsys.readouterr()
    assert registry.DEFAULT in said.out
    assert "As shadow: There is no artefact 'resnet50-0.0.1'" in said.err


def test_list_shows_the_rest_when_one_is_not_readable(other, monkeypatch, capsys):
    (other / registry.MANIFEST_FILE).write_text("{")
    monkeypatch.setenv(registry.OVERRIDE, str(other))
    assert main(["list"]) == 1
    said = capsys.readouterr()
    assert "not readable" in row(said.out, str(other))
    assert "default" in row(said.out, registry.DEFAULT)
    assert "not readable JSON" in said.err


def test_verify_checks_the_active_artefact(other, monkeypatch, capsys):
    monkeypatch.setenv(registry.OVERRIDE, str(other))
    assert main(["verify"]) == 0
    assert f"{other.name}: files, labels" in capsys.readouterr().out


def test_verify_all_passes_what_is_shipped(capsys):
    assert main(["verify", "--all"]) == 0
    assert capsys.readouterr().out.count("hold") == len(registry.names())


def test_verify_all_names_each_that_is_refused_and_checks_the_rest(spoilt, monkeypatch, capsys):
    another(spoilt.parent, "9.0.1")
    monkeypatch.setattr(registry, "FOLDER", spoilt.parent)
    assert main(["verify", "--all"]) == 1
    said = capsys.readouterr()
    assert "mobilenet-v2-9.0.1: files" in said.out
    assert "model.tflite of the artefact mobilenet-v2-9.0.0 is not the file" in " ".join(said.err.split())


def test_verify_refuses_a_changed_network(spoilt, capsys):
    assert main(["verify", str(spoilt)]) == 1
    assert "is not the file" in capsys.readouterr().err


def test_compare_shows_what_each_says_of_each_file_and_how_often_they_agree(other, smears, capsys):
    assert main(["compare", registry.DEFAULT, str(other), str(smears)]) == 0
    printed = capsys.readouterr().out
    assert all(row(printed, f"{seed}.jpg") for seed in range(3))
    assert "of 3 images" in printed
    assert f"{registry.DEFAULT} " in printed.rpartition("Median")[2]


def test_compare_gives_one_json_object_per_file_and_a_summary(other, smears, capsys):
    assert main(["compare", registry.DEFAULT, str(other), str(smears), "--jsonl"]) == 0
    *files, last = lines(capsys)
    assert [list(each["answers"]) for each in files] == [[registry.DEFAULT, str(other)]] * 3
    differences = []
    for each in files:
        one, two = each["answers"].values()
        assert set(one) == {"outcome", "class", "probabilities", "milliseconds"}
        differences += [
            abs(one["probabilities"][label] - two["probabilities"][label]) for label in two["probabilities"]
        ]
    assert last["summary"]["images"] == 3
    assert last["summary"]["largest_difference"] == max(differences) > 0.01
    assert set(last["summary"]["median_ms"]) == {registry.DEFAULT, str(other)}


def test_compare_of_an_artefact_with_its_copy_finds_no_difference(tmp_path, smears, capsys):
    copy = another(tmp_path, temperature=registry.load(registry.DEFAULT).parameters.calibration.temperature)
    main(["compare", registry.DEFAULT, str(copy), str(smears / "1.jpg"), "--jsonl"])
    summary = lines(capsys)[-1]["summary"]
    assert (summary["images"], summary["agreeing"], summary["largest_difference"]) == (1, 1, 0.0)


def test_compare_says_of_a_missing_file_that_it_is_missing(other, smears, capsys):
    assert main(["compare", registry.DEFAULT, str(other), str(smears / "none.jpg"), "--jsonl"]) == 2
    missing, last = lines(capsys)
    assert {each["outcome"] for each in missing["answers"].values()} == {"refused"}
    assert last["summary"]["images"] == 0


def test_compare_of_nothing_that_decodes_says_so(other, tmp_path, capsys):
    text = tmp_path / "text.png"
    text.write_text("no image")
    assert main(["compare", registry.DEFAULT, str(other), str(text)]) == 0
    assert "nothing to compare" in capsys.readouterr().out


def test_compare_without_files_sets_the_published_figures_side_by_side(other, capsys):
    (other / published.EVALUATION_FILE).write_text('{"audit": {"plain": {"balanced_accuracy": 0.875}}}')
    assert main(["compare", registry.DEFAULT, str(other)]) == 0
    told = row(capsys.readouterr().out, published.ACCURACY)
    assert f"{published.figures(registry.find())[published.ACCURACY]:.3f}" in told
    assert "0.875" in told
    assert main(["compare", registry.DEFAULT, str(other), "--jsonl"]) == 0
    assert lines(capsys)[1] == {"artefact": str(other), "MB": published.size(other)} | published.figures(other)


@pytest.mark.parametrize("names", [[registry.DEFAULT], [registry.DEFAULT] * 2, [registry.DEFAULT, "resnet50-0.0.1"]])
def test_compare_needs_two_artefacts(names, capsys):
    assert main(["compare", *names]) == 1
    said = capsys.readouterr().err
    assert "Name two artefacts" in said
    assert registry.DEFAULT in said


def test_compare_refuses_an_artefact_that_is_not_whole(spoilt, smears, capsys):
    assert main(["compare", registry.DEFAULT, str(spoilt), str(smears)]) == 1
    assert "is not the file" in capsys.readouterr().err
