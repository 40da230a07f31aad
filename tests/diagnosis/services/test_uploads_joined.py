"""How a whole upload becomes a smear of its case, once."""

import io
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from diagnosis.choices import UploadState
from diagnosis.models import Case, Upload, UploadChunk
from diagnosis.services import uploads
from tests import factories
from tests.diagnosis.services.upload_cases import PICTURE, BrokenLine, begin, send

pytestmark = pytest.mark.django_db


def test_images_join_the_case_in_the_order_in_which_they_stand_on_the_form(doctor):
    draft = uuid.uuid4()
    first, second = (
        send(begin(doctor, data, draft=draft, name=name), data)
        for name, data in (("a.jpg", PICTURE), ("b.jpg", factories.picture_bytes(seed=6)))
    )
    case = factories.case(by=doctor, id=draft)
    uploads.join(case, [second.pk, first.pk], by=doctor)
    assert [smear.original_name for smear in case.smears.all()] == ["b.jpg", "a.jpg"]
    first.refresh_from_db()
    assert (first.state, first.smear.number, first.case) == (UploadState.STORED, 2, case)
    assert not UploadChunk.objects.exists()
    assert uploads.image_of(first) == PICTURE


def test_joining_twice_stores_once(doctor):
    draft = uuid.uuid4()
    upload = send(begin(doctor, draft=draft))
    case = factories.case(by=doctor, id=draft)
    for _ in range(2):
        uploads.join(case, [upload.pk], by=doctor)
    assert case.smears.count() == 1


def test_image_that_is_whole_after_its_case_is_open_joins_by_itself(doctor):
    draft = uuid.uuid4()
    upload = begin(doctor, draft=draft)
    uploads.receive(upload, BrokenLine(PICTURE[:100]), offset=0)
    case = factories.case(by=doctor, id=draft)
    uploads.join(case, [upload.pk], by=doctor)
    assert case.smears.count() == 0
    assert send(upload, offset=100).smear == case.smears.get()


def test_image_whose_last_piece_took_longer_than_the_form_is_stored_after_its_case_was_opened(doctor):
    draft = uuid.uuid4()
    upload = begin(doctor, draft=draft)

    class SlowLine(io.BytesIO):
        def read(self, size=-1):
            if not Case.objects.filter(pk=draft).exists():
                factories.case(by=doctor, id=draft)
            return super().read(size)

    uploads.receive(upload, SlowLine(PICTURE), offset=0)
    case = Case.objects.get(pk=draft)
    assert case.smears.get().uploaded_at > case.submitted_at


def test_nobody_joins_another_persons_upload(doctor, clinic):
    draft = uuid.uuid4()
    theirs = send(begin(factories.submitter(clinic), draft=draft))
    case = factories.case(by=doctor, id=draft)
    uploads.join(case, [theirs.pk], by=doctor)
    assert case.smears.count() == 0


@pytest.mark.django_db(transaction=True)
def test_form_that_is_sent_at_the_moment_of_the_last_byte_stores_one_smear(doctor, monkeypatch):
    inspect = uploads.images.inspect
    monkeypatch.setattr(uploads.images, "inspect", lambda data: (time.sleep(0.1), inspect(data))[1])
    upload = begin(doctor)
    uploads._append(upload, 0, PICTURE, timezone.now())
    case = factories.case(by=doctor, id=upload.draft)

    def finish(_):
        try:
            return uploads.settle(Upload.objects.get(pk=upload.pk)).state
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(finish, range(3))) == {UploadState.STORED}
    assert case.smears.count() == 1
    assert not UploadChunk.objects.exists()


def test_smear_stays_when_its_upload_is_forgotten(doctor):
    case = factories.case(by=doctor)
    upload = send(begin(doctor, draft=case.pk))
    uploads.discard(upload)
    assert case.smears.count() == 1
