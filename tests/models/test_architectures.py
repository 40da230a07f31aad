import keras
import numpy as np
import pytest

from models import backbones
from models.architectures import ARCHITECTURES, DEFAULT
from models.classification.labels import LABELS
from models.classification.network import Network
from models.training.export import to_litert


def images(count: int = 2) -> np.ndarray:
    return np.random.default_rng(0).uniform(-1, 1, (count, 224, 224, 3)).astype(np.float32)


@pytest.fixture(scope="module", params=ARCHITECTURES)
def built(request):
    keras.utils.set_random_seed(0)
    architecture = ARCHITECTURES[request.param]
    return architecture, architecture.build(None)


def test_every_architecture_turns_an_image_into_four_logits(built):
    _, network = built
    assert network(images(), training=False).shape == (2, len(LABELS))


def test_the_fixed_part_and_the_rest_are_the_whole_network(built):
    architecture, network = built
    fixed, rest = architecture.parts(network)
    shown = images()
    whole = network(shown, training=False).numpy()
    assert np.allclose(rest(fixed(shown, training=False), training=False)["logits"].numpy(), whole, atol=1e-5)
    assert rest.trainable_variables


def test_an_exported_network_answers_like_the_trained_one(built):
    architecture, network = built
    exported = to_litert(network, architecture.texture_layer)
    shown = images(1)
    response = Network(exported.model).run(shown[0])
    assert response.logits == pytest.approx(network(shown, training=False).numpy()[0], abs=1e-3)
    assert response.feature_map.shape[:2] == (7, 7)
    assert response.features == pytest.approx(response.feature_map.mean(axis=(0, 1)), abs=1e-4)
    bias = network.get_layer("logits").bias.numpy()
    assert response.logits == pytest.approx(response.features @ exported.dense + bias, abs=1e-3)


def test_the_default_is_the_first():
    assert next(iter(ARCHITECTURES)) == DEFAULT


def test_frozen_statistics_answer_the_same_in_training_and_in_use(tmp_path):
    backbone = backbones.mobilenet_v2(None)
    path = tmp_path / "base.weights.h5"
    backbone.save_weights(path)
    loaded = backbones.mobilenet_v2(path)
    in_training, in_use = (loaded(images(), training=mode).numpy() for mode in (True, False))
    assert np.array_equal(in_training, in_use)


@pytest.mark.parametrize(
    ("build", "published"),
    [(backbones.vgg19, keras.applications.VGG19), (backbones.resnet50, keras.applications.ResNet50)],
    ids=["vgg19", "resnet50"],
)
def test_published_weights_are_shown_the_image_as_they_were_trained_on_it(build, published, tmp_path):
    keras.utils.set_random_seed(1)
    original = published(include_top=False, weights=None, input_shape=(224, 224, 3))
    path = tmp_path / "base.weights.h5"
    original.save_weights(path)
    shown = images(1)
    wanted = original(keras.applications.vgg19.preprocess_input(shown * 127.5 + 127.5), training=False).numpy()
    given = build(path)(shown, training=False).numpy()
    assert np.allclose(given, wanted, rtol=1e-3, atol=1e-3 * np.abs(wanted).max())


def test_the_convnet_has_no_starting_weights(tmp_path):
    with pytest.raises(ValueError, match="no starting weights"):
        backbones.convnet(tmp_path / "base.weights.h5")
