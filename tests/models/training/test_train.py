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
from models.training.augment import Stock, view
from models.training.bank import Bank, fill
from models.training.fit import BATCH, fit, wanted_of
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


def ensure(examples, base, work, **changes):
    arguments = {"base": base, "work": work, "seed": SEED, "views": VIEWS, **changes}
    train.ensure(DEFAULT, examples, data.rotations(examples, seed=SEED, count=2), **arguments)
    return work / DEFAULT


@pytest.fixture(scope="module")
def short():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            ARCHITECTURES, DEFAULT, replace(ARCHITECTURES[DEFAULT], recipe=Recipe(epochs=1, learning_rate=1e-3))
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


def test_the_command_trains_what_is_missing(trained, folder, base, monkeypatch):
    asked = []
    monkeypatch.setattr(train, "ensure", lambda *given, **named: asked.append((*given, named)))
    words = ["--data", str(folder), "--base", str(base), "--work", str(trained.parent), "--architecture", "convnet"]
    monkeypatch.setattr("models.training.data.rotations", lambda examples, *, seed: (len(examples), seed))
    monkeypatch.setattr(sys, "argv", ["train", *words])
    train.main()
    assert asked[0][0] == "convnet"
    assert asked[0][2] == (24, train.SEED)
    assert asked[0][3] == {"base": base, "work": trained.parent, "seed": train.SEED}


def test_the_word_imagenet_is_not_taken_for_a_file(folder, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(train, "ensure", lambda *_, **named: asked.append(named["base"]))
    monkeypatch.setattr("models.training.data.rotations", lambda *_, **__: ())
    monkeypatch.setattr(sys, "argv", ["train", "--data", str(folder), "--base", "imagenet", "--work", str(tmp_path)])
    train.main()
    assert asked == ["imagenet"]


def test_the_bank_holds_what_the_fixed_layers_make_of_each_view(examples, tmp_path):
    architecture = ARCHITECTURES[DEFAULT]
    fixed, _ = architecture.parts(architecture.build(None))
    stock = Stock.of(examples[::6])
    ticks = []
    bank = fill(tmp_path / "views.npy", fixed, stock, views=VIEWS, seed=SEED, tick=lambda: ticks.append(1))
    assert len(ticks) == len(stock.labels) == 4
    for place, number in ((0, 0), (3, 1)):
        seen = view(stock, place, np.random.default_rng([SEED, place, number]))
        wanted = fixed((seen.image[None] / 127.5 - 1).astype(np.float32), training=False).numpy()[0]
        assert np.abs(bank.features[place, number] - wanted).max() < 1e-2 * np.abs(wanted).max()
        assert bank.donors[place, number] == seen.donor
    again = fill(tmp_path / "views.npy", fixed, stock, views=VIEWS, seed=SEED)
    assert np.array_equal(again.features, bank.features)
    assert np.array_equal(again.are_empty, bank.are_empty)


def bank_of(donors: list[list[int]], are_empty: list[list[bool]] | None = None) -> Bank:
    borrowed = np.array(donors)
    features = np.zeros((*borrowed.shape, 1, 1, 2), np.float16)
    return Bank(features, borrowed, np.array(are_empty) if are_empty else np.zeros(borrowed.shape, bool))


def test_a_view_that_borrows_from_a_held_out_image_is_not_trained_on():
    usable = bank_of([[-1, 1], [0, 2], [1, -1]]).usable(np.array([True, True, False]))
    assert usable.tolist() == [[True, True], [True, False], [False, False]]


def test_an_emptied_view_is_to_be_called_no_class_more_than_another():
    wanted = wanted_of(bank_of([[-1, -1], [-1, -1]], [[False, True], [False, False]]), np.array([2, 0]))
    assert wanted[0, 1].tolist() == [0.25] * 4
    assert wanted[0, 0].argmax() == 2
    assert wanted[1].argmax(axis=1).tolist() == [0, 0]
    assert wanted.sum(axis=2) == pytest.approx(1)


def test_the_rest_learns_what_it_is_shown_and_nothing_of_what_is_held_out():
    import keras

    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(4), 20)
    features = random.normal(0, 0.1, (80, VIEWS, 1, 1, 4)).astype(np.float16)
    features[np.arange(80), :, 0, 0, labels] += 1
    training = np.arange(80) % 5 > 0
    features[~training] = np.nan
    bank = Bank(features, np.full((80, VIEWS), -1), np.zeros((80, VIEWS), bool))
    rest = keras.Sequential([keras.Input((1, 1, 4)), keras.layers.Flatten(), keras.layers.Dense(4)])
    recipe = Recipe(epochs=40, learning_rate=0.05)
    losses = list(fit(rest, bank, wanted_of(bank, labels), labels, training, recipe, seed=1))
    assert len(losses) == recipe.epochs
    assert losses[-1] < losses[0] / 2
    assert (rest(np.eye(4, dtype=np.float32)[:, None, None]).numpy().argmax(axis=1) == np.arange(4)).all()
    assert training.sum() > BATCH
