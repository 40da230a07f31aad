"""The instant check: what is said of a file while its slide is on the stage."""

import logging
import time
import uuid
from pathlib import Path

import cv2
import numpy as np
import pytest

from diagnosis.choices import UploadState
from diagnosis.services import uploads
from models.synthetic import draw_jpeg
from tests import factories
from tests.models.saying_engine import engine_saying
from workers import checking, tasks

FOREIGN = Path(__file__).parents[3] / "shared" / "data" / "out_of_distribution"


@pytest.fixture(scope="module")
def sharp():
    return draw_jpeg(seed=1)


@pytest.fixture(scope="module")
def blurred(sharp):
    pixels = cv2.imdecode(np.frombuffer(sharp, np.uint8), cv2.IMREAD_COLOR)
    return cv2.imencode(".jpg", cv2.GaussianBlur(pixels, (0, 0), 12))[1].tobytes()


def test_sharp_field_passes_with_its_cells_counted(sharp):
    found = checking.check(sharp)
    assert found["passed"]
    assert found["leukocytes"] == 9
    assert found["measures"]["sharpness"] > 0.5
    assert found["advice"] == []


def test_blurred_field_comes_with_what_to_do(blurred):
    found = checking.check(blurred)
    assert not found["passed"]
    assert found["reasons"] == ["out_of_focus"]
    assert found["advice"] == ["Out of focus: refocus with the fine knob and retake."]


def test_sharp_photograph_of_something_else_is_called_foreign(sharp, monkeypatch):
    monkeypatch.setattr(checking.pipeline, "engine", lambda: engine_saying(0, 0, 0, 0, foreign=True))
    found = checking.check(sharp)
    assert (found["passed"], found["reasons"]) == (False, ["novel"])
    assert [advice.split(":")[1] for advice in found["advice"]] == [" check the stain and the objective."]


def test_foreign_look_of_a_blurred_field_is_not_held_against_its_stain(blurred, monkeypatch):
    monkeypatch.setattr(checking.pipeline, "engine", lambda: engine_saying(0, 0, 0, 0, foreign=True))
    assert checking.check(blurred)["reasons"] == ["out_of_focus"]


@pytest.mark.skipif(not FOREIGN.is_dir(), reason="needs ../shared/data/out_of_distribution")
def test_no_photograph_of_anything_else_is_called_good():
    photographs = [path.read_bytes() for path in sorted((FOREIGN / "not_a_smear").rglob("*.*g"))]
    assert photographs
    assert not any(checking.check(photograph)["passed"] for photograph in photographs)


def test_file_that_the_engine_refuses_is_said_so():
    found = checking.check(b"words")
    assert (found["passed"], found["reasons"]) == (False, ["not_an_image"])


def test_large_photograph_is_checked_while_somebody_waits():
    large = draw_jpeg(2, 4000, 3000)
    began = time.process_time()
    assert checking.check(large)["leukocytes"]
    assert time.process_time() - began < 3


@pytest.mark.django_db
def test_it_works(sharp):
    upload = factories.upload(by=factories.submitter(factories.ClinicFactory.create()), data=sharp)
    tasks.check(str(upload.pk))
    upload.refresh_from_db()
    assert upload.state == UploadState.CHECKED
    assert upload.check_result["passed"]


@pytest.mark.django_db
def test_message_delivered_twice_or_for_nothing_does_no_harm(sharp, monkeypatch):
    upload = factories.upload(by=factories.submitter(factories.ClinicFactory.create()), data=sharp)
    tasks.check(str(upload.pk))
    monkeypatch.setattr(checking, "check", pytest.fail)
    tasks.check(str(upload.pk))
    tasks.check(str(uuid.uuid4()))


@pytest.mark.django_db
def test_check_that_fails_is_heard_of_in_the_log_alone(monkeypatch, caplog):
    upload = factories.upload(by=factories.submitter(factories.ClinicFactory.create()), name="Ola Nordmann.jpg")
    monkeypatch.setattr(checking, "check", lambda _: 1 / 0)
    with caplog.at_level(logging.ERROR):
        tasks.check(str(upload.pk))
    upload.refresh_from_db()
    assert upload.state == UploadState.WHOLE
    assert "check_failed" in caplog.text
    assert "Ola" not in caplog.text


@pytest.mark.django_db
def test_sweep_deletes_abandoned_uploads(monkeypatch):
    asked = []
    monkeypatch.setattr(uploads, "sweep", lambda *, at: asked.append(at))
    tasks.sweep()
    assert len(asked) == 1
