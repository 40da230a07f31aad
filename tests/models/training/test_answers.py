import dataclasses

import cv2
import numpy as np
import pytest

from models import registry
from models.analysis import Engine
from models.classification.labels import LABELS
from models.synthetic import draw
from models.training import crossfit
from models.training.answers import Probe, Trained, join, reference, textures


@pytest.fixture(scope="module")
def shipped() -> registry.Artefact:
    return registry.load(registry.DEFAULT)


@pytest.fixture(scope="module")
def probe(shipped) -> Probe:
    model = (registry.find(registry.DEFAULT) / registry.MODEL_FILE).read_bytes()
    return Probe(Trained(model, shipped.parameters.dense), shipped.parameters.novelty)


def field(seed: int) -> np.ndarray:
    drawn = draw(seed, 1024, 768, leukocytes=6).rgb
    return np.asarray(cv2.resize(drawn, (224, 224), interpolation=cv2.INTER_AREA), np.uint8)


SPOILED = cv2.GaussianBlur(field(1), (0, 0), 6)


@pytest.mark.parametrize("image", [field(1), field(2), SPOILED, np.full((224, 224, 3), 128, np.uint8)])
def test_what_is_measured_is_what_runs(image, probe, shipped):
    _, encoded = cv2.imencode(".png", image[..., ::-1])
    said = Engine(shipped).analyse(encoded.tobytes())
    answers = probe.whole(image)
    fitted = crossfit.Thresholds(shipped.parameters.calibration, shipped.parameters.novelty.threshold)
    judged = crossfit.judge(answers, np.zeros(1, dtype=int), [fitted])

    assert judged.outcomes == (said.outcome,)
    assert judged.probabilities[0] == pytest.approx([said.probabilities[label] for label in LABELS], abs=1e-6)
    assert answers.scores[0] == said.novelty.score
    assert answers.reasons[0] == tuple(reason.code for reason in said.quality.reasons)
    assert answers.leukocytes[0] == len(said.cells)
    if said.activation_inside is not None:
        assert answers.inside[0] == said.activation_inside
        assert 0 <= answers.even[0] <= 1


def test_the_network_alone_says_what_the_engine_says_of_an_image_of_the_training_scale(probe):
    image = field(1)
    alone, whole = probe.network_only(image), probe.whole(image)
    assert alone.logits - alone.logits.mean() == pytest.approx(whole.logits - whole.logits.mean(), abs=1e-3)
    assert alone.scores == pytest.approx(whole.scores, abs=1e-5)
    assert alone.reasons == ((),)


def test_answers_can_be_joined_and_taken_apart(probe):
    parts = [probe.network_only(field(seed)) for seed in (1, 2, 3)]
    taken = join(parts).take(np.array([2, 0]))
    assert len(taken) == 2
    assert np.array_equal(taken.logits, np.concatenate([parts[2].logits, parts[0].logits]))
    assert taken.passed.tolist() == [True, True]


def test_a_reference_knows_its_own_images_and_has_no_threshold_of_its_own(shipped):
    known = textures(shipped.network, [field(seed) for seed in (1, 2, 3)])
    detector = reference(known)
    assert detector.threshold == np.inf
    assert detector.scores(known).max() < detector.score(known[0] + 10 * known.std())
    assert dataclasses.replace(detector, threshold=1.0).threshold == 1.0
