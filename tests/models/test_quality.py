"""Good photographs pass; each way of spoiling one is named."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.decoding import decode
from models.quality import ADVICE, QualityRule, assess
from models.segmentation import measure, segment
from models.synthetic import draw

TALEQANI = Path(__file__).parents[3] / "shared" / "data" / "taleqani"


def judge(rgb, rule=None):
    found = segment(rgb)
    return assess(rgb, found, measure(rgb, found), rule)


def codes(rgb, rule=None):
    return {reason.code for reason in judge(rgb, rule).reasons}


def brighter(rgb, factor):
    return np.clip(rgb * float(factor), 0, 255).astype(np.uint8)


def moved(rgb, length):
    """Smear sideways, as a stage that moves during the exposure does."""
    return cv2.filter2D(rgb, -1, np.full((1, length), 1 / length, np.float32))


@pytest.fixture(scope="module", params=[1, 2, 3])
def field(request):
    return draw(request.param, 640, 480).rgb


def test_a_drawn_field_passes(field):
    quality = judge(field)
    assert quality.passed
    assert quality.reasons == ()


@pytest.mark.parametrize("scale", [0.5, 1.6])
def test_the_verdict_does_not_depend_on_the_camera_s_pixels(field, scale):
    assert judge(cv2.resize(field, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)).passed


@pytest.mark.parametrize("gain", [0.6, 0.8, 1.05])
def test_a_little_more_or_less_light_passes(field, gain):
    assert judge(brighter(field, gain)).passed


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [
        (lambda rgb: cv2.GaussianBlur(rgb, (0, 0), 9), "out_of_focus"),
        (lambda rgb: moved(rgb, 45), "out_of_focus"),
        (lambda rgb: moved(rgb.transpose(1, 0, 2).copy(), 45), "out_of_focus"),
        (lambda rgb: brighter(rgb, 0.25), "underexposed"),
        (lambda rgb: brighter(rgb, 2.5), "overexposed"),
        (lambda rgb: np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2), "not_stained"),
        (lambda rgb: (240 + (rgb.astype(int) - 240) // 12).astype(np.uint8), "low_contrast"),
        (lambda rgb: cv2.resize(rgb, (100, 75), interpolation=cv2.INTER_AREA), "too_small"),
    ],
)
def test_each_way_of_spoiling_is_named(field, spoilt, code):
    assert code in codes(spoilt(field))


def test_a_field_without_leukocytes_says_so():
    assert codes(draw(1, 640, 480, leukocytes=0).rgb) == {"no_leukocytes"}


def test_a_field_full_of_nuclei_is_too_crowded():
    rgb = draw(1, 640, 480, leukocytes=0, scale_bar=False).rgb
    for x in range(10, 640, 44):
        for y in range(10, 480, 44):
            cv2.circle(rgb, (x, y), 21, (110, 50, 180), cv2.FILLED, cv2.LINE_AA)
    assert "too_crowded" in codes(rgb)


def test_a_single_cell_is_enough():
    drawing = draw(4, 640, 480)
    rows, columns = np.nonzero(drawing.cells == drawing.cells[drawing.cells > 0][0])
    margin = 30
    crop = drawing.rgb[
        max(0, rows.min() - margin) : rows.max() + margin, max(0, columns.min() - margin) : columns.max() + margin
    ]
    assert judge(np.ascontiguousarray(crop), QualityRule(shortest_side=60)).passed


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_an_empty_image_fails_without_error(shade):
    quality = judge(np.full((200, 300, 3), shade, np.uint8))
    assert not quality.passed
    assert all(np.isfinite(value) for value in quality.measures.values())


def test_a_rule_may_ask_for_more_cells(field):
    assert codes(field, QualityRule(leukocytes=500)) == {"no_leukocytes"}


def test_every_reason_tells_a_technician_what_to_do():
    for advice in ADVICE.values():
        problem, action = advice.split(": ")
        assert problem
        assert action.endswith(".")
        assert action[0].islower()


@pytest.fixture(scope="module")
def real_fields():
    if not TALEQANI.is_dir():
        pytest.skip("needs ../shared/data/taleqani")
    with (TALEQANI / "manifest.csv").open() as manifest:
        files = [row["file"] for row in csv.DictReader(manifest)]
    return [decode((TALEQANI / file).read_bytes()) for file in files[::60]]


@pytest.mark.data
def test_real_fields_pass(real_fields):
    assert np.mean([judge(rgb).passed for rgb in real_fields]) >= 0.95


@pytest.mark.data
@pytest.mark.parametrize(
    "spoilt",
    [
        lambda rgb: cv2.GaussianBlur(rgb, (0, 0), 3),
        lambda rgb: moved(rgb, 15),
        lambda rgb: brighter(rgb, 0.3),
        lambda rgb: brighter(rgb, 2.5),
    ],
)
def test_spoilt_real_fields_fail(real_fields, spoilt):
    assert np.mean([judge(spoilt(rgb)).passed for rgb in real_fields]) <= 0.05
