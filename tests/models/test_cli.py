import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.cli import main
from models.synthetic import draw, draw_jpeg

FORBIDDEN = ("early-stage", "healthy", "normal", "cancer-free", "confirmed", "100 %", "diagnosed with")


@pytest.fixture
def smears(tmp_path: Path) -> Path:
    folder = tmp_path / "smears"
    (folder / "more").mkdir(parents=True)
    (folder / "one.jpg").write_bytes(draw_jpeg(1, 512, 384))
    (folder / "more" / "two.JPG").write_bytes(draw_jpeg(2, 512, 384))
    (folder / "notes.txt").write_text("not looked at: only its name in a folder decides")
    return folder


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_json_object_per_image_and_line(smears, capsys):
    assert main(["analyse", str(smears / "one.jpg"), str(smears / "more" / "two.JPG"), "--jsonl"]) == 0
    printed = lines(capsys)
    assert [Path(each["file"]).name for each in printed] == ["one.jpg", "two.JPG"]
    assert all(set(each["raw_probabilities"]) == {"benign", "early", "pre", "pro"} for each in printed)


def test_a_folder_stands_for_the_images_in_it_at_any_depth(smears, capsys):
    assert main(["analyse", str(smears), "--jsonl"]) == 0
    assert {Path(each["file"]).name for each in lines(capsys)} == {"one.jpg", "two.JPG"}


def test_a_file_that_is_no_image_is_refused_and_the_rest_goes_on(smears, capsys):
    assert main(["analyse", str(smears / "notes.txt"), str(smears / "one.jpg"), "--jsonl"]) == 0
    refused, analysed = lines(capsys)
    assert refused["outcome"] == "refused"
    assert refused["refusal"]["code"] == "not_an_image"
    assert analysed["outcome"] != "refused"


def test_a_missing_file_is_refused_with_exit_code_2_and_the_rest_goes_on(smears, capsys):
    assert main(["analyse", str(smears / "none.jpg"), str(smears / "one.jpg"), "--jsonl"]) == 2
    missing, analysed = lines(capsys)
    assert missing["refusal"]["code"] == "missing_file"
    assert analysed["outcome"] != "refused"


def test_a_reader_gets_a_table_and_the_reasons(smears, capsys):
    assert main(["analyse", str(smears), str(smears / "notes.txt")]) == 0
    printed = capsys.readouterr().out
    assert "one.jpg" in printed
    assert "notes.txt: The file is not an image" in printed
    assert "Not a diagnosis" in printed
    assert not any(word in printed.lower() for word in FORBIDDEN)


def test_segment_writes_labels_of_the_inputs_size(tmp_path):
    file, out = tmp_path / "field.png", tmp_path / "labels.png"
    drawing = draw(4, 640, 480)
    cv2.imwrite(str(file), drawing.rgb[..., ::-1])
    assert main(["segment", str(file), "--labels", str(out)]) == 0
    labels = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
    assert labels.shape == (480, 640)
    assert set(np.unique(labels)) == {0, 128, 255}


def test_segment_refuses_what_would_change_the_labels(tmp_path, capsys):
    file = tmp_path / "field.jpg"
    file.write_bytes(draw_jpeg(1, 320, 240))
    assert main(["segment", str(file), "--labels", str(tmp_path / "labels.jpg")]) == 1
    assert "ends in .png" in capsys.readouterr().err


def test_segment_says_what_is_wrong_with_its_input(tmp_path, capsys):
    out = tmp_path / "labels.png"
    text = tmp_path / "text.png"
    text.write_text("no image")
    assert main(["segment", str(text), "--labels", str(out)]) == 1
    assert main(["segment", str(tmp_path / "none.png"), "--labels", str(out)]) == 2
    assert not out.exists()
    assert "not an image" in capsys.readouterr().err
