"""What an analysis holds, that it repeats, and what decided it."""

import dataclasses
import hashlib
import json
import subprocess
import sys

import cv2
import numpy as np
import pytest

from models import registry
from models.analysis import Engine
from models.classification.labels import LABELS
from models.synthetic import draw
from tests.models.saying_engine import engine_saying, field

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


def test_it_works(engine):
    analysis = engine.analyse(field())
    shown = json.loads(json.dumps(analysis.to_json()))
    assert shown.keys() >= KEYS
    assert shown["timings_ms"].keys() == STAGES
    assert sum(shown["raw_probabilities"].values()) == pytest.approx(1, abs=1e-6)
    assert tuple(shown["raw_probabilities"]) == LABELS
    assert (shown["width"], shown["height"]) == (1024, 768)
    assert shown["leukocytes"] == len(shown["cells"]) > 0


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
