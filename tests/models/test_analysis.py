import dataclasses
import hashlib
import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

from models import registry
from models.analysis import Engine, Outcome, log_odds, outcome_of
from models.calibration import Calibration
from models.classification.labels import LABELS
from models.classification.network import Response
from models.result import ImageAnalysis
from models.synthetic import draw, draw_jpeg

KEYS = {
    "outcome",
    "class",
    "probabilities",
    "raw_probabilities",
    "prediction_set",
    "blast_suspect",
    "quality",
    "novelty",
    "leukocytes",
    "cells",
    "timings_ms",
    "pins",
}
STAGES = {"decode", "segmentation", "scale", "quality", "classification", "novelty", "explanation", "total"}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.load()


class SayingNetwork:
    """Stands in for the network: says given logits, and looks at one square of the map."""

    def __init__(self, logits: tuple[float, ...], features: int, texture: np.ndarray) -> None:
        feature_map = np.zeros((7, 7, features), dtype=np.float32)
        feature_map[3, 3] = 1
        self._response = Response(
            np.array(logits, dtype=np.float32), feature_map.mean(axis=(0, 1)), feature_map, texture
        )

    def run(self, prepared: np.ndarray) -> Response:
        assert prepared.shape == (224, 224, 3)
        return self._response


def engine_saying(*logits: float, foreign: bool = False) -> Engine:
    """An engine whose network says these logits, of an image like (or unlike) the training images."""
    artefact = registry.load()
    novelty = artefact.parameters.novelty
    parameters = dataclasses.replace(
        artefact.parameters, calibration=Calibration(temperature=2.0, level=0.9, thresholds=(0.6,) * 4)
    )
    texture = novelty.mean + (1e3 if foreign else 0)
    network = SayingNetwork(logits, parameters.dense.shape[0], texture.astype(np.float32))
    return Engine(dataclasses.replace(artefact, network=network, parameters=parameters))


def field(seed: int = 1) -> bytes:
    """A drawn field that the quality gate lets pass."""
    return draw_jpeg(seed)


def assert_shows_no_class(analysis: ImageAnalysis) -> None:
    assert analysis.predicted_class is None
    assert analysis.blast_suspect is None
    shown = analysis.to_json()
    for open_place in ("probabilities", "raw_probabilities", "prediction_set"):
        del shown[open_place]
    assert not any(f'"{label}"' in json.dumps(shown) for label in LABELS)


def test_it_works(engine):
    analysis = engine.analyse(field())
    shown = json.loads(json.dumps(analysis.to_json()))
    assert shown.keys() >= KEYS
    assert shown["timings_ms"].keys() == STAGES
    assert sum(shown["raw_probabilities"].values()) == pytest.approx(1, abs=1e-6)
    assert tuple(shown["raw_probabilities"]) == LABELS
    assert (shown["width"], shown["height"]) == (1024, 768)
    assert shown["leukocytes"] == len(shown["cells"]) > 0


def test_a_confident_benign_answer_is_classified():
    analysis = engine_saying(9, 0, 0, 0).analyse(field())
    assert analysis.outcome is Outcome.CLASSIFIED
    assert analysis.predicted_class == "benign"
    assert analysis.blast_suspect is False
    assert analysis.prediction_set == ("benign",)
    assert analysis.log_odds < 0


def test_two_blast_classes_together_are_classified_as_the_likelier_and_say_what_cannot_be_excluded():
    analysis = engine_saying(0, 6.0, 6.2, 0).analyse(field())
    assert analysis.outcome is Outcome.CLASSIFIED
    assert analysis.predicted_class == "pre"
    assert analysis.blast_suspect is True
    assert analysis.prediction_set == ("early", "pre")
    assert analysis.log_odds > 0


def test_a_set_across_the_line_abstains_and_shows_no_class():
    analysis = engine_saying(6.2, 6.0, 0, 0).analyse(field())
    assert analysis.outcome is Outcome.ABSTAINED
    assert analysis.prediction_set == ("benign", "early")
    assert analysis.log_odds is not None
    assert_shows_no_class(analysis)


def test_an_image_unlike_the_training_images_is_novel_and_shows_no_class():
    analysis = engine_saying(0, 9, 0, 0, foreign=True).analyse(field())
    assert analysis.outcome is Outcome.NOVEL
    assert analysis.novelty.score > analysis.novelty.threshold
    assert analysis.prediction_set == ()
    assert analysis.log_odds is None
    assert analysis.activation_map is None
    assert_shows_no_class(analysis)


def test_an_unsuitable_image_keeps_its_raw_probabilities_and_shows_no_class():
    blank = np.full((600, 800, 3), 200, dtype=np.uint8)
    analysis = engine_saying(0, 9, 0, 0).analyse(cv2.imencode(".png", blank)[1].tobytes())
    assert analysis.outcome is Outcome.UNSUITABLE
    assert analysis.quality.reasons
    assert analysis.raw_probabilities["early"] > 0.99
    assert analysis.prediction_set == ()
    assert_shows_no_class(analysis)


def test_bytes_that_are_no_image_are_refused_with_a_sentence(engine):
    analysis = engine.analyse(b"plain text")
    assert analysis.outcome is Outcome.REFUSED
    assert analysis.refusal.code == "not_an_image"
    assert analysis.refusal.sentence.endswith(".")
    assert analysis.raw_probabilities == {}
    assert analysis.timings_ms.keys() == {"decode", "total"}
    assert_shows_no_class(analysis)


def test_raw_probabilities_are_those_at_temperature_1():
    analysis = engine_saying(0, 2.0, 0, 0).analyse(field())
    assert analysis.raw_probabilities["early"] == pytest.approx(np.exp(2) / (3 + np.exp(2)))
    assert analysis.probabilities["early"] == pytest.approx(np.e / (3 + np.e))


def test_contributions_of_the_cells_add_up_to_what_lies_inside():
    analysis = engine_saying(0, 9, 0, 0).analyse(field())
    assert sum(cell.contribution for cell in analysis.cells) == pytest.approx(analysis.activation_inside, abs=1e-3)
    assert np.shape(analysis.activation_map) == (7, 7)


def test_a_map_outside_the_cells_is_a_warning_on_the_report():
    rgb = draw(2).rgb
    rgb[300:470, 400:620] = np.median(rgb[draw(2).labels == 0], axis=0)  # the looked-at square shows no cell
    analysis = engine_saying(0, 9, 0, 0).analyse(cv2.imencode(".png", rgb[..., ::-1])[1].tobytes())
    assert analysis.activation_inside == 0
    assert len(analysis.warnings) == 1
    assert "outside the cells" in analysis.warnings[0]


def test_the_same_bytes_give_the_same_answer_on_another_engine(engine):
    once, again = engine.analyse(field(3)), Engine.load().analyse(field(3))
    assert once.pins == again.pins
    assert dataclasses.replace(once, timings_ms={}) == dataclasses.replace(again, timings_ms={})


def test_pins_name_the_image_and_everything_that_decided(engine):
    pins = engine.analyse(field()).pins
    assert pins["image_sha256"] == hashlib.sha256(field()).hexdigest()
    assert pins["artefact"] == registry.DEFAULT
    assert pins["model_sha256"] == registry.load().manifest["files"]["model.tflite"]
    assert pins.keys() >= {
        "artefact_version",
        "preprocessing_sha256",
        "code_version",
        "numpy",
        "opencv",
        "litert",
    }


def test_the_engine_runs_without_tensorflow():
    script = (
        "import sys; from models.analysis import Engine; from models.synthetic import draw_jpeg; "
        "Engine.load().analyse(draw_jpeg(1)); "
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'tensorflow', 'keras', 'django'}))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def mosaic() -> np.ndarray:
    """Four drawn fields as one large image."""
    parts = [draw(seed, 640, 480, scale_bar=False).rgb for seed in (1, 2, 3, 5)]
    return np.vstack([np.hstack(parts[:2]), np.hstack(parts[2:])])


def png(rgb: np.ndarray) -> bytes:
    return cv2.imencode(".png", rgb[..., ::-1])[1].tobytes()


def test_a_mosaic_of_fields_is_analysed_in_parts_and_its_cells_lie_in_the_image(engine, mosaic):
    analysis = engine.analyse(png(mosaic))
    assert (analysis.width, analysis.height) == (1280, 960)
    assert analysis.quality.passed
    assert analysis.outcome not in {Outcome.REFUSED, Outcome.UNSUITABLE}
    assert any("shows more than a training field" in warning for warning in analysis.warnings)
    assert max(cell.box[0] for cell in analysis.cells) > 640
    assert max(cell.box[1] for cell in analysis.cells) > 480
    for cell in analysis.cells:
        left, top, width, height = cell.box
        assert 0 <= left < left + width <= 1280
        assert 0 <= top < top + height <= 960


def test_a_mosaic_s_class_has_a_map_of_the_whole_image(mosaic):
    analysis = engine_saying(0, 9, 0, 0).analyse(png(mosaic))
    assert analysis.outcome is Outcome.CLASSIFIED
    rows, columns = np.shape(analysis.activation_map)
    assert 12 <= rows <= 18
    assert 12 <= columns <= 18
    assert sum(cell.contribution for cell in analysis.cells) == pytest.approx(analysis.activation_inside, abs=1e-2)


def test_scale_is_among_the_measures_of_quality(engine):
    measures = engine.analyse(field()).quality.measures
    assert measures.keys() >= {"red_cell_width", "red_cell_height", "magnification"}


def test_a_field_without_a_scale_is_analysed_with_a_warning(engine):
    analysis = engine.analyse(png(draw(1, 640, 480, red_cells=0).rgb))
    assert analysis.outcome is not Outcome.REFUSED
    assert any("No scale could be found" in warning for warning in analysis.warnings)
    assert "magnification" not in analysis.quality.measures


def one_cell() -> np.ndarray:
    drawing = draw(1)
    rows, columns = np.nonzero(drawing.cells == 1)
    return drawing.rgb[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


@pytest.mark.parametrize(
    "rgb",
    [
        draw(1, 97, 97).rgb,
        draw(1, 97, 73, red_cell_diameter=40.0).rgb,
        draw(1, 1600, 160, red_cell_diameter=30.0).rgb,
        draw(1, 120, 1500, red_cell_diameter=60.0).rgb,
        one_cell(),
        np.tile(draw(2, 1000, 750, red_cell_diameter=60.0, scale_bar=False).rgb, (4, 4, 1)),
        cv2.resize(draw(2, 640, 480, red_cell_diameter=70.0).rgb, (4000, 3000)),
    ],
    ids=[
        "97 pixels",
        "97 pixels of few cells",
        "wide strip",
        "tall strip",
        "one cell",
        "12 megapixels",
        "12, enlarged",
    ],
)
@pytest.mark.parametrize("says", [(9, 0, 0, 0), (0, 9, 0, 0)])
def test_no_shape_or_size_of_image_fails(rgb, says):
    analysis = engine_saying(*says).analyse(cv2.imencode(".jpg", rgb[..., ::-1])[1].tobytes())
    assert analysis.outcome is not Outcome.REFUSED
    assert (analysis.width, analysis.height) == rgb.shape[1::-1]
    assert analysis.raw_probabilities
    json.dumps(analysis.to_json(), allow_nan=False)


@pytest.mark.parametrize(
    ("passed", "novel", "likeliest", "prediction_set", "outcome"),
    [
        (False, True, "pre", ("pre",), Outcome.UNSUITABLE),
        (True, True, "pre", ("pre",), Outcome.NOVEL),
        (True, False, "pre", (), Outcome.ABSTAINED),
        (True, False, "pre", ("benign", "pre"), Outcome.ABSTAINED),
        (True, False, "benign", ("pre",), Outcome.ABSTAINED),
        (True, False, "pre", ("early", "pre", "pro"), Outcome.CLASSIFIED),
        (True, False, "benign", ("benign",), Outcome.CLASSIFIED),
    ],
)
def test_the_first_rule_that_applies_decides(passed, novel, likeliest, prediction_set, outcome):
    assert outcome_of(quality_passed=passed, novel=novel, likeliest=likeliest, prediction_set=prediction_set) is outcome


@pytest.mark.parametrize(("benign", "expected"), [(0.5, 0.0), (1.0, -12.0), (0.0, 12.0), (0.1, 2.197225), (1e-9, 12.0)])
def test_log_odds_are_those_of_any_blast_class_and_bounded(benign, expected):
    rest = 1 - benign
    assert log_odds(np.array([benign, rest / 2, rest / 2, 0])) == pytest.approx(expected)
