import sys
from dataclasses import replace

import numpy as np
import pytest

from models.architectures import ARCHITECTURES, DEFAULT, Recipe
from models.backbones import mobilenet_v2
from models.classification.labels import LABELS
from models.classification.network import Network
from models.classification.preprocessing import prepare
from models.training import data, train
from tests import drawn_data

pytestmark = pytest.mark.timeout(900)  # a few short trainings

SEED, VIEWS = 7, 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return drawn_data.images(tmp_path_factory.mktemp("data"), blocks=2, images_per_block=3)


@pytest.fixture(scope="module")
def examples(folder):
    return data.read_manifest(folder)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    path = tmp_path_factory.mktemp("base") / "base.weights.h5"
    mobilenet_v2(None).save_weights(path)
    return path


def ensure(examples, base, work, architecture=DEFAULT):
    turns = data.rotations(examples, seed=SEED, count=2)
    train.ensure(architecture, examples, turns, base=base, work=work, seed=SEED, views=VIEWS)
    return work / architecture


@pytest.fixture(scope="module")
def short():
    with pytest.MonkeyPatch.context() as patch:
        for name in (DEFAULT, "convnet"):
            patch.setitem(
                ARCHITECTURES, name, replace(ARCHITECTURES[name], recipe=Recipe(epochs=1, learning_rate=1e-3))
            )
        patch.setattr("models.training.fit.BATCH", 4)
        yield


@pytest.fixture(scope="module")
def trained(short, examples, base, tmp_path_factory):
    return ensure(examples, base, tmp_path_factory.mktemp("work"))


def test_each_rotation_and_the_whole_are_trained_and_answer(trained, examples):
    shown = prepare(data.read_image(examples[0].path))
    for name in ("rotation-0", "rotation-1", "whole"):
        response = Network((trained / f"{name}.tflite").read_bytes()).run(shown)
        dense = np.load(trained / f"{name}.npz")["dense"]
        assert dense.shape == (len(response.features), len(LABELS))
        assert np.isfinite(response.logits).all()
    assert len({(trained / f"{name}.tflite").read_bytes() for name in ("rotation-0", "rotation-1", "whole")}) == 3


def test_what_is_there_is_not_trained_again_and_what_is_missing_comes_out_the_same(trained, examples, base):
    before = {file.name: file.read_bytes() for file in trained.glob("*.tflite")}
    untouched = (trained / "rotation-0.tflite").stat().st_mtime_ns
    (trained / "whole.npz").unlink()
    ensure(examples, base, trained.parent)
    assert (trained / "rotation-0.tflite").stat().st_mtime_ns == untouched
    assert {file.name: file.read_bytes() for file in trained.glob("*.tflite")} == before


def test_a_student_learns_from_the_teacher_of_its_own_rotation(trained, examples):
    folder = ensure(examples, None, trained.parent, "convnet")
    for name in ("rotation-0", "rotation-1", "whole"):
        with np.load(trained / f"{name}.lessons.npz") as lessons:
            assert lessons["logits"].shape == (len(examples), VIEWS, len(LABELS))
        response = Network((folder / f"{name}.tflite").read_bytes()).run(prepare(data.read_image(examples[0].path)))
        assert np.isfinite(response.logits).all()


def test_a_student_without_a_teacher_says_what_to_train_first(examples, tmp_path):
    with pytest.raises(FileNotFoundError, match="train that first") as refused:
        ensure(examples, None, tmp_path, "convnet")
    assert DEFAULT in str(refused.value)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [(["--architecture", "convnet"], "train that first"), (["--only", "rotation-9"], "choose among rotation-0")],
    ids=["no teacher", "no such network"],
)
def test_the_command_ends_with_a_sentence_when_it_cannot_train(words, sentence, folder, tmp_path, monkeypatch):
    monkeypatch.setattr("models.training.data.rotations", lambda *_, **__: (data.Rotation((), (), ()),))
    monkeypatch.setattr(sys, "argv", ["train", "--data", str(folder), "--work", str(tmp_path), *words])
    with pytest.raises(SystemExit, match=sentence):
        train.main()


def test_the_command_trains_what_is_missing(trained, folder, base, monkeypatch):
    asked = []
    monkeypatch.setattr(train, "ensure", lambda *given, **named: asked.append((*given, named)))
    words = ["--data", str(folder), "--base", str(base), "--work", str(trained.parent), "--architecture", "convnet"]
    words += ["--only", "rotation-1", "whole"]
    monkeypatch.setattr("models.training.data.rotations", lambda examples, *, seed: (len(examples), seed))
    monkeypatch.setattr(sys, "argv", ["train", *words])
    train.main()
    assert asked[0][0] == "convnet"
    assert asked[0][2] == (24, train.SEED)
    assert asked[0][3] == {"base": base, "work": trained.parent, "seed": train.SEED, "only": ["rotation-1", "whole"]}


def test_the_word_imagenet_is_not_taken_for_a_file(folder, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(train, "ensure", lambda *_, **named: asked.append(named["base"]))
    monkeypatch.setattr("models.training.data.rotations", lambda *_, **__: ())
    monkeypatch.setattr(sys, "argv", ["train", "--data", str(folder), "--base", "imagenet", "--work", str(tmp_path)])
    train.main()
    assert asked == ["imagenet"]
