import hashlib
import io
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from diagnosis import queue
from diagnosis.choices import Act, UploadState
from diagnosis.errors import (
    CaseClosed,
    EmptyFile,
    FileTooLarge,
    Invalid,
    NotAllowed,
    NotAnImage,
    OffsetDiffers,
    UploadDiffers,
)
from diagnosis.models import AuditRecord, Smear, Upload, UploadChunk
from diagnosis.services import intake, uploads
from tests import factories

pytestmark = pytest.mark.django_db

PICTURE = factories.picture_bytes(seed=5)


class BrokenLine(io.BytesIO):
    """A line that breaks after what it carries."""

    def read(self, size=-1):
        data = super().read(size)
        if not data:
            raise OSError("connection reset")
        return data


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def doctor(clinic):
    return factories.submitter(clinic)


@pytest.fixture
def rung(monkeypatch, django_capture_on_commit_callbacks):
    rung = []
    monkeypatch.setattr(queue, "_send", lambda row, *to: rung.append((row, *to)))
    return rung


def begin(by, data=PICTURE, *, draft=None, name="field.jpg", sha256=None, **facts):
    file = uploads.Announced(
        draft=draft or uuid.uuid4(),
        size=facts.pop("size", len(data)),
        sha256=sha256 or hashlib.sha256(data).hexdigest(),
        name=name,
    )
    return uploads.begin(file, by=by, **facts)


def send(upload, data=PICTURE, *, offset=0):
    return uploads.receive(upload, io.BytesIO(data[offset:]), offset=offset)


def test_whole_file_waits_for_its_form(doctor):
    upload = send(begin(doctor))
    assert (upload.state, upload.received, upload.case) == (UploadState.WHOLE, len(PICTURE), None)
    assert uploads.image_of(upload) == PICTURE
    assert not Smear.objects.exists()


def test_long_file_is_kept_in_pieces_that_a_row_holds(doctor, monkeypatch):
    monkeypatch.setattr(uploads, "PIECE", 3000)
    monkeypatch.setattr(uploads, "SIP", 1000)
    upload = send(begin(doctor))
    pieces = [len(bytes(piece.content)) for piece in upload.chunks.all()]
    assert pieces[:-1] == [3000] * (len(PICTURE) // 3000)
    assert uploads.image_of(upload) == PICTURE


def test_line_that_breaks_keeps_the_half_piece_that_came(doctor):
    upload = begin(doctor)
    half = len(PICTURE) // 2
    uploads.receive(upload, BrokenLine(PICTURE[:half]), offset=0)
    assert (upload.state, upload.received) == (UploadState.RECEIVING, half)
    assert send(upload, offset=half).state == UploadState.WHOLE
    assert uploads.image_of(upload) == PICTURE


@pytest.mark.parametrize("offset", [0, 99, 101])
def test_piece_that_does_not_follow_on_is_refused(doctor, offset):
    upload = begin(doctor)
    uploads.receive(upload, BrokenLine(PICTURE[:100]), offset=0)
    with pytest.raises(OffsetDiffers):
        send(upload, offset=offset)
    upload.refresh_from_db()
    assert upload.received == 100


def test_of_two_senders_at_one_offset_one_goes_on(doctor):
    upload = begin(doctor)
    other = Upload.objects.get(pk=upload.pk)
    uploads.receive(upload, BrokenLine(PICTURE[:100]), offset=0)
    with pytest.raises(OffsetDiffers):
        uploads.receive(other, BrokenLine(b"x" * 100), offset=0)
    assert b"".join(bytes(piece.content) for piece in upload.chunks.all()) == PICTURE[:100]


def test_more_than_was_announced_is_refused(doctor):
    with pytest.raises(Invalid):
        send(begin(doctor), PICTURE + b"more")


def test_same_file_of_the_same_form_is_the_same_upload_and_goes_on(doctor):
    upload = begin(doctor)
    uploads.receive(upload, BrokenLine(PICTURE[:100]), offset=0)
    again = begin(doctor, draft=upload.draft)
    assert (again.pk, again.received) == (upload.pk, 100)
    assert begin(doctor).pk != upload.pk


def test_file_that_arrives_damaged_is_refused_and_can_be_sent_again(doctor):
    upload = begin(doctor)
    with pytest.raises(UploadDiffers):
        send(upload, PICTURE[:-1] + b"x")
    upload.refresh_from_db()
    assert (upload.state, upload.received, upload.chunks.count()) == (UploadState.RECEIVING, 0, 0)
    assert send(upload).state == UploadState.WHOLE


def test_rubbish_is_refused_when_it_is_whole_and_its_bytes_are_let_go(doctor):
    rubbish = b"not an image at all"
    upload = begin(doctor, rubbish)
    with pytest.raises(NotAnImage):
        send(upload, rubbish)
    upload.refresh_from_db()
    assert (upload.state, upload.refusal_code, upload.chunks.count()) == (UploadState.REFUSED, "not_an_image", 0)
    assert AuditRecord.objects.get(act=Act.IMAGE_REFUSED).detail == {"reason": "not_an_image"}


def test_limit_holds_before_the_first_byte(doctor, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    with pytest.raises(FileTooLarge):
        begin(doctor, size=1001)
    with pytest.raises(EmptyFile):
        begin(doctor, size=0)
    assert not Upload.objects.exists()


def test_only_who_submits_at_the_clinic_begins(clinic, doctor):
    for person in (factories.administrator(clinic), factories.UserFactory.create()):
        with pytest.raises(NotAllowed):
            begin(person)
    with pytest.raises(NotAllowed):
        begin(doctor, clinic=factories.ClinicFactory.create())


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


def test_nobody_joins_another_persons_upload(doctor, clinic):
    draft = uuid.uuid4()
    theirs = send(begin(factories.submitter(clinic), draft=draft))
    case = factories.case(by=doctor, id=draft)
    uploads.join(case, [theirs.pk], by=doctor)
    assert case.smears.count() == 0


def test_what_broke_off_after_the_last_byte_is_finished_when_it_is_asked_for(doctor):
    upload = begin(doctor)
    uploads._append(upload, 0, PICTURE, timezone.now())
    assert uploads.settle(upload).state == UploadState.WHOLE


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


def test_image_that_the_case_holds_is_known_before_it_is_sent(doctor):
    case = factories.case(by=doctor)
    smear = intake.add_smear(case=case, by=doctor, upload=io.BytesIO(PICTURE)).smear
    upload = begin(doctor, draft=case.pk)
    assert (upload.state, upload.smear, upload.received) == (UploadState.STORED, smear, len(PICTURE))


def test_closed_case_is_said_before_the_first_byte(doctor):
    case = factories.case(by=doctor)
    intake.withdraw(case=case, by=doctor)
    with pytest.raises(CaseClosed):
        begin(doctor, draft=case.pk)


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


def test_sweep_deletes_what_nobody_went_on_with(doctor):
    now = timezone.now()
    left, fresh = begin(doctor), begin(doctor)
    uploads.receive(left, BrokenLine(PICTURE[:100]), offset=0)
    Upload.objects.filter(pk=left.pk).update(touched_at=now - uploads.KEPT_FOR - timedelta(seconds=1))
    assert uploads.sweep(at=now) == 1
    assert list(Upload.objects.all()) == [fresh]
    assert not UploadChunk.objects.exists()


def test_smear_stays_when_its_upload_is_forgotten(doctor):
    case = factories.case(by=doctor)
    upload = send(begin(doctor, draft=case.pk))
    uploads.discard(upload)
    assert case.smears.count() == 1


def test_audit_names_no_file(doctor):
    begin(doctor, name="Ola Nordmann.jpg")
    assert "Ola" not in str(AuditRecord.objects.get(act=Act.UPLOAD_BEGUN).detail)


def test_pixels_of_a_known_microscope_have_their_size(doctor, clinic):
    device = clinic.devices.create(name="Axio 100x", micrometres_per_pixel=0.065)
    case = factories.case(by=doctor, microscope=device)
    assert case.device == "Axio 100x"
    assert factories.smear(case).micrometres_per_pixel == 0.065


def test_microscope_of_another_clinic_is_refused(doctor):
    device = factories.ClinicFactory.create().devices.create(name="Axio")
    with pytest.raises(Invalid):
        factories.case(by=doctor, microscope=device)
