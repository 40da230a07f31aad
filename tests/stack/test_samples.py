from pathlib import Path

import pytest

from telediag.stack import samples
from telediag.stack.processes import StackError


def fill(folder: Path, **files: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


def test_each_sub_folder_is_a_case(tmp_path: Path) -> None:
    fill(tmp_path / "Early", a_jpg=b"1", b_PNG=b"2")
    fill(tmp_path / "Benign", a_jpg=b"3", notes_txt=b"4")
    cases = samples.from_folder(tmp_path)
    assert [(case.name, [image.name for image in case.images]) for case in cases] == [
        ("Benign", ["a.jpg"]),
        ("Early", ["a.jpg", "b.PNG"]),
    ]


def test_folder_without_sub_folders_is_one_case(tmp_path: Path) -> None:
    (case,) = samples.from_folder(fill(tmp_path / "slide 7", a_jpg=b"1"))
    assert case.name == "slide 7"
    assert case.word == "SLIDE-7"


def test_accession_is_the_same_for_the_same_images_only(tmp_path: Path) -> None:
    (first,) = samples.from_folder(fill(tmp_path / "one" / "slide", a_jpg=b"1"))
    (again,) = samples.from_folder(fill(tmp_path / "two" / "slide", a_jpg=b"1"))
    (other,) = samples.from_folder(fill(tmp_path / "three" / "slide", a_jpg=b"2"))
    assert first.accession == again.accession
    assert first.accession != other.accession


def test_folder_without_images_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="holds no images"):
        samples.from_folder(fill(tmp_path, notes_txt=b"1"))


def test_missing_folder_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="is no folder"):
        samples.from_folder(tmp_path / "nowhere")


def test_drawn_smears_are_the_same_every_time() -> None:
    assert [case.accession for case in samples.drawn()[:1]] == [case.accession for case in samples.drawn()[:1]]
    assert len({case.accession for case in samples.drawn()}) == len(samples.drawn())


def test_drawn_cases_say_that_they_are_synthetic(tmp_path: Path) -> None:
    assert all("SYNTHETIC" in case.notes for case in samples.drawn())
    assert all(image.name.startswith("synthetic") for case in samples.drawn() for image in case.images)
    (given,) = samples.from_folder(fill(tmp_path / "slide", a_jpg=b"1"))
    assert "SYNTHETIC" not in given.notes
