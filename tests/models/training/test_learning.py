import keras
import numpy as np
import pytest

from models import explanation
from models.architectures import ARCHITECTURES, DEFAULT, Recipe
from models.training import bank, data, losses
from models.training import views as viewing
from models.training.augment import Stock, view
from models.training.fit import BATCH, Material, fit
from models.training.lessons import Lessons
from models.training.views import Views
from tests import drawn_data

SEED, COUNT = 7, 2


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    folder = drawn_data.images(tmp_path_factory.mktemp("data"), blocks=2, images_per_block=3)
    return Stock.of(data.read_manifest(folder)[::6])


@pytest.fixture(scope="module")
def views(stock, tmp_path_factory):
    return viewing.make(tmp_path_factory.mktemp("views") / "views.npy", lambda: stock, count=COUNT, seed=SEED)


def views_of(donors: list[list[int]], are_empty: list[list[bool]] | None = None) -> Views:
    borrowed = np.array(donors)
    return Views(
        images=np.zeros((*borrowed.shape, 1, 1, 3), np.uint8),
        donors=borrowed,
        are_empty=np.array(are_empty) if are_empty else np.zeros(borrowed.shape, bool),
        covered=np.zeros((*borrowed.shape, 1, 1), np.float32),
    )


def material_of(views: Views, labels: list[int], lessons: Lessons | None = None) -> Material:
    features = np.zeros((*views.donors.shape, 1, 1, 2), np.float16)
    return Material.of(features, views, np.array(labels), np.ones(len(labels), bool), lessons)


def test_views_are_those_of_their_place_and_number_and_know_their_cells(stock, views):
    for place, number in ((0, 0), (3, 1)):
        seen = view(stock, place, np.random.default_rng([SEED, place, number]))
        assert np.array_equal(views.images[place, number], seen.image)
        assert views.donors[place, number] == seen.donor
        assert views.are_empty[place, number] == seen.is_empty
        assert views.covered[place, number].mean() == pytest.approx(seen.cells.mean(), abs=1e-6)


def test_views_that_are_there_are_opened_without_the_images(stock, tmp_path):
    ticks = []
    made = viewing.make(tmp_path / "v.npy", lambda: stock, count=1, seed=SEED, tick=lambda: ticks.append(1))
    assert len(ticks) == len(stock.labels)
    again = viewing.make(tmp_path / "v.npy", lambda: pytest.fail("the images were read again"), count=1, seed=SEED)
    assert np.array_equal(again.images, made.images)
    assert np.array_equal(again.covered, made.covered)


def test_a_view_that_borrows_from_a_held_out_image_is_not_trained_on():
    usable = views_of([[-1, 1], [0, 2], [1, -1]]).usable(np.array([True, True, False]))
    assert usable.tolist() == [[True, True], [True, False], [False, False]]


def test_the_bank_holds_what_the_fixed_layers_make_of_each_view(views, tmp_path):
    architecture = ARCHITECTURES[DEFAULT]
    fixed, _ = architecture.parts(architecture.build(None))
    features = bank.fill(tmp_path / "bank.npy", fixed, views)
    for place, number in ((0, 0), (3, 1)):
        wanted = fixed((views.images[place, number][None] / 127.5 - 1).astype(np.float32), training=False).numpy()[0]
        assert np.abs(features[place, number] - wanted).max() < 1e-2 * np.abs(wanted).max()
    again = bank.fill(tmp_path / "bank.npy", fixed, views, tick=lambda: pytest.fail("the views were passed on again"))
    assert np.array_equal(again, features)


def test_an_emptied_view_is_to_be_called_no_class_more_than_another():
    wanted = material_of(views_of([[-1, -1], [-1, -1]], [[False, True], [False, False]]), [2, 0]).wanted
    assert wanted[0, 1].tolist() == [0.25] * 4
    assert wanted[0, 0].argmax() == 2
    assert wanted[1].argmax(axis=1).tolist() == [0, 0]
    assert wanted.sum(axis=2) == pytest.approx(1)


def test_a_teacher_moves_what_is_wanted_towards_its_answer_and_hints_at_its_features():
    answers = np.array([[[0, 0, 9, 0]], [[9, 0, 0, 0]], [[0, 9, 0, 0]]], np.float32)
    features = np.array([[[1.0, 5.0]], [[2.0, 5.0]], [[3.0, 5.0]]], np.float16)
    views = views_of([[-1, -1]] * 3)
    taught = material_of(views, [2, 1, 1], Lessons(answers, features))
    assert taught.wanted.shape == (3, 1, 4)  # no more views than were asked of
    alone = material_of(views, [2, 1, 1]).wanted[:, :1]
    assert (taught.wanted[1, 0, 0], taught.wanted[1, 0, 1]) == pytest.approx((0.5, 0.5), abs=0.02)
    assert taught.wanted[0, 0, 2] >= alone[0, 0, 2]
    assert taught.wanted.sum(axis=2) == pytest.approx(1)
    assert taught.hints[:, 0, 0] == pytest.approx([-1.22, 0, 1.22], abs=0.01)
    assert not taught.hints[:, 0, 1].any()


def evidence(where: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    feature_map = np.zeros((1, 7, 7, 4), np.float32)
    feature_map[0, *where, 1] = 3
    return feature_map, np.eye(4, dtype=np.float32)


@pytest.mark.parametrize(("where", "beside"), [((2, 3), 0), ((5, 5), 1)], ids=["on a cell", "beside it"])
def test_evidence_beside_the_cells_costs(where, beside):
    feature_map, dense = evidence(where)
    covered = np.zeros((1, 7, 7), np.float32)
    covered[0, 2, 3] = 0.4
    wanted = np.array([[0.02, 0.94, 0.02, 0.02]], np.float32)
    cost = float(losses.beside_cells(feature_map, dense, wanted, covered))
    cells = np.zeros((224, 224), np.int32)
    cells[64:96, 96:128] = 1
    assert cost == pytest.approx(beside)
    assert cost == pytest.approx(1 - explanation.explain(feature_map[0], dense, 1, cells).inside)


def test_a_view_without_cells_or_without_a_class_costs_nothing_by_its_evidence():
    feature_map, dense = evidence((5, 5))
    called, uncalled = np.array([[0.02, 0.94, 0.02, 0.02]], np.float32), np.full((1, 4), 0.25, np.float32)
    covered = np.zeros((1, 7, 7), np.float32)
    assert float(losses.beside_cells(feature_map, dense, called, covered)) == 0
    covered[0, 2, 3] = 0.4
    assert float(losses.beside_cells(feature_map, dense, uncalled, covered)) == 0


def small_network() -> keras.Model:
    image = keras.Input((7, 7, 4))
    feature_map = keras.layers.ReLU()(image)
    pooled = keras.layers.GlobalAveragePooling2D(name="features")(feature_map)
    logits = keras.layers.Dense(4, name="logits")(pooled)
    return keras.Model(image, {"logits": logits, "features": pooled, "feature_map": feature_map})


def test_the_rest_learns_what_it_is_shown_and_nothing_of_what_is_held_out():
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    labels = np.repeat(np.arange(4), 20)
    features = random.normal(0, 0.1, (80, COUNT, 7, 7, 4)).astype(np.float16)
    features[np.arange(80), :, :, :, labels] += 1
    training = np.arange(80) % 5 > 0
    features[~training] = np.nan
    views = Views(
        images=np.zeros((80, COUNT, 1, 1, 3), np.uint8),
        donors=np.full((80, COUNT), -1),
        are_empty=np.zeros((80, COUNT), bool),
        covered=np.ones((80, COUNT, 7, 7), np.float32),
    )
    rest, recipe = small_network(), Recipe(epochs=40, learning_rate=0.05)
    each = list(fit(rest, Material.of(features, views, labels, training), recipe, seed=1))
    assert len(each) == recipe.epochs
    assert each[-1] < each[0] / 2
    shown = np.broadcast_to(np.eye(4, dtype=np.float32)[:, None, None], (4, 7, 7, 4))
    assert (rest(shown)["logits"].numpy().argmax(axis=1) == np.arange(4)).all()
    assert training.sum() > BATCH
