import json
import shutil
from pathlib import Path

import cv2
import pytest

from models import registry
from models.synthetic import draw
from models.training import evaluate, table, train
from models.training.audit import CHANGES
from models.training.faults import FAULTS
from tests import drawn_data

pytestmark = pytest.mark.timeout(1200)  # every image in every change, twice

ROTATIONS, BLOCKS, IMAGES = 2, 2, 2
WRITTEN = {"evaluation.json", "card.md"} | {
    f"plots/{name}.svg" for name in ("audit", "confusion", "novelty", "reliability", "risk-coverage")
}


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("evaluate")
    data = drawn_data.images(_made(folder / "data"), blocks=BLOCKS, images_per_block=IMAGES)
    work = drawn_data.networks(folder / "work", rotations=ROTATIONS)
    foreign = _made(folder / "foreign" / "no_cells")
    cv2.imwrite(str(foreign / "1.png"), draw(1, 300, 300, leukocytes=0).rgb)
    command = ["--data", str(data), "--work", str(work), "--out-of-distribution", str(foreign.parent)]
    return [*command, "--rotations", str(ROTATIONS), "--seed", "7", "--processes", "1"]


@pytest.fixture(scope="module")
def artefact(command, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("artefacts") / "mobilenet-v2-0.0.1"
    evaluate.main([*command, "--artefact", str(folder), "--write"])
    return folder


@pytest.fixture(scope="module")
def evaluation(artefact) -> dict:
    return json.loads((artefact / "evaluation.json").read_text(encoding="utf-8"))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }


def test_what_is_written_is_accepted_by_the_registry(artefact):
    loaded = registry.load(str(artefact))
    assert loaded.version == "0.0.1"
    assert loaded.parameters.novelty.threshold < float("inf")
    assert _files(artefact).keys() == WRITTEN | {"manifest.json", "model.tflite", "parameters.npz"}


def test_every_image_is_measured_once_in_every_change(evaluation):
    images = 4 * BLOCKS * IMAGES
    assert evaluation["data"]["images"] == images
    assert evaluation["data"]["held_out"] == [images // 2] * 2
    assert list(evaluation["audit"]) == [change.name for change in CHANGES]
    for figures in evaluation["audit"].values():
        assert sum(map(sum, figures["confusion"])) == images
        assert sum(share["value"] for share in figures["outcomes"].values()) == pytest.approx(1, abs=1e-5)


def test_the_corner_says_nothing_to_the_network(evaluation):
    plain, masked = (evaluation["audit"][name] for name in ("plain", "corner masked"))
    assert plain["confusion"] == masked["confusion"]
    assert plain["balanced_accuracy"] == masked["balanced_accuracy"]


def test_every_part_of_the_evaluation_is_there(evaluation):
    assert evaluation["quality"]["faults"].keys() == FAULTS.keys()
    assert evaluation["full_size"]["pairs"] == 4
    assert evaluation["novelty"]["folders"]["no_cells"]["images"] == 1
    assert len(evaluation["calibration"]["temperatures"]) == ROTATIONS
    assert evaluation["cases"]["blast"]["cases"] == 3 * evaluation["cases"]["benign"]["cases"]
    assert evaluation["baselines"].keys() == {"six colour statistics only", "uncovered corner only"}


def test_every_estimate_lies_in_its_interval(evaluation):
    found = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            if value.keys() == {"value", "low", "high"}:
                found.append(value)
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(evaluation)
    assert len(found) > 100
    for each in found:
        assert each["value"] is None or each["low"] - 1e-6 <= each["value"] <= each["high"] + 1e-6


def test_the_card_names_the_figures_and_what_they_do_not_prove(artefact, evaluation):
    card = (artefact / "card.md").read_text(encoding="utf-8")
    assert "# mobilenet-v2-0.0.1" in card
    assert "not a medical device" in card
    assert "No accuracy on this data proves" in card
    assert f"| plain * | {evaluation['audit']['plain']['balanced_accuracy']['value']:.3f} (" in card
    for figure in WRITTEN:
        if figure.endswith(".svg"):
            assert f"]({figure})" in card


def test_the_same_seed_gives_the_same_files(artefact, command, tmp_path):
    again = tmp_path / artefact.name
    evaluate.main([*command, "--artefact", str(again), "--write"])
    assert _files(again) == _files(artefact)


def test_a_network_that_is_not_there_is_trained_first(command, tmp_path, monkeypatch):
    trained = []

    def ensure(architecture, examples, rotations, *, base, work, seed):
        trained.append((architecture, len(examples), len(rotations), base, seed))
        shutil.copy(work / architecture / "rotation-0.tflite", work / architecture / "rotation-1.tflite")

    monkeypatch.setattr(train, "ensure", ensure)
    copy = tmp_path / "work"
    shutil.copytree(command[command.index("--work") + 1], copy)
    (copy / "mobilenet-v2" / "rotation-1.tflite").unlink()
    evaluate.main([*command, "--work", str(copy), "--limit", "4"])
    assert trained == [("mobilenet-v2", 4 * BLOCKS * IMAGES, ROTATIONS, None, 7)]
    assert (copy / "mobilenet-v2" / "report" / "card.md").is_file()


@pytest.mark.parametrize(("architecture", "base"), [("mobilenet-v2", Path("weights")), ("convnet", None)])
def test_only_what_has_no_teacher_starts_from_the_weights(architecture, base, command, tmp_path, monkeypatch):
    started = []

    def ensure(_architecture, _examples, _rotations, *, base, **_named):
        started.append(base)
        raise InterruptedError

    monkeypatch.setattr(train, "ensure", ensure)
    with pytest.raises(InterruptedError):
        evaluate.main([*command, "--work", str(tmp_path), "--architecture", architecture, "--base", "weights"])
    assert started == [base]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--data", "folder"],
        ["--data", "folder", "--work", "folder", "--architecture", "alexnet"],
        ["--data", "folder", "--work", "folder", "--write"],
        ["--data", "folder", "--work", "folder", "--limit", "3"],
        ["--data", "folder", "--work", "folder", "--write", "--artefact", "folder", "--limit", "4"],
    ],
)
def test_arguments_that_do_not_fit_together_are_refused(arguments, capsys):
    with pytest.raises(SystemExit) as refused:
        evaluate.main(arguments)
    assert refused.value.code == 2
    assert "--" in capsys.readouterr().err


def test_an_artefact_is_only_written_into_a_folder_of_its_name(artefact, command, tmp_path):
    from models.training.artefact import write

    shipment = type("Shipment", (), {"architecture": "mobilenet-v2"})()
    with pytest.raises(SystemExit, match="Name the artefact's folder mobilenet-v2-VERSION"):
        write(tmp_path / "somewhere", shipment, {})


def test_the_table_has_a_row_for_each_artefact(artefact, evaluation):
    rows = table.render(artefact.parent).splitlines()
    assert len(rows) == 3
    assert f"| {evaluation['audit']['plain']['balanced_accuracy']['value']:.3f} |" in rows[2]
    assert "[mobilenet-v2-0.0.1](../models/artefacts/mobilenet-v2-0.0.1/card.md)" in rows[2]


def test_the_table_takes_its_place_in_a_page_and_no_other():
    page = f"before\n{table.START}\nold\n{table.END}\nafter\n"
    assert table.in_page(page, "new") == f"before\n{table.START}\nnew\n{table.END}\nafter\n"


def test_the_committed_table_is_the_one_of_the_committed_artefacts():
    page = table.PAGE.read_text(encoding="utf-8")
    assert page == table.in_page(page, table.render())
