"""Images of any size, shape and scale are analysed: mosaics, strips, single cells."""

import json

import cv2
import numpy as np
import pytest

from models.analysis import Outcome
from models.synthetic import draw
from tests.models.saying_engine import engine_saying, field, png


@pytest.fixture(scope="module")
def mosaic() -> np.ndarray:
    """Four drawn fields as one large image."""
    parts = [draw(seed, 640, 480, scale_bar=False).rgb for seed in (1, 2, 3, 5)]
    return np.vstack([np.hstack(parts[:2]), np.hstack(parts[2:])])


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
