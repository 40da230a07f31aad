"""The instant check of a whole upload, which a worker makes."""

import uuid

import pytest

from diagnosis import queue
from diagnosis.choices import UploadState
from diagnosis.services import uploads
from tests import factories
from tests.diagnosis.services.upload_cases import PICTURE, begin, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(queue, "_send", lambda row, *to: rung.append((row, *to)))
    return rung


def test_whole_upload_rings_for_its_check_with_an_id_alone(doctor, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        upload = send(begin(doctor))
    assert rung == [(upload.pk, "check", "workers.check")]


def test_check_is_kept_once(doctor):
    upload = send(begin(doctor))
    assert uploads.unchecked(upload.pk) == PICTURE
    uploads.record_check(upload.pk, {"passed": True})
    uploads.record_check(upload.pk, {"passed": False})
    upload.refresh_from_db()
    assert (upload.state, upload.check_result) == (UploadState.CHECKED, {"passed": True})
    assert uploads.unchecked(upload.pk) is None


def test_check_of_what_is_not_whole_or_gone_is_none(doctor):
    assert uploads.unchecked(begin(doctor).pk) is None
    assert uploads.unchecked(uuid.uuid4()) is None
    uploads.record_check(uuid.uuid4(), {"passed": True})


def test_check_that_comes_after_the_smear_is_kept_too(doctor):
    case = factories.case(by=doctor)
    upload = send(begin(doctor, draft=case.pk))
    assert uploads.unchecked(upload.pk) == PICTURE
    uploads.record_check(upload.pk, {"passed": True})
    upload.refresh_from_db()
    assert upload.state == UploadState.STORED
