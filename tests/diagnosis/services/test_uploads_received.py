"""Pieces of a file as they arrive, until it is whole, and what is deleted of those that nobody went on with."""

from datetime import timedelta

import pytest
from django.utils import timezone

from diagnosis.choices import Act, UploadState
from diagnosis.errors import Invalid, NotAnImage, OffsetDiffers, UploadDiffers
from diagnosis.models import AuditRecord, Smear, Upload, UploadChunk
from diagnosis.services import uploads
from tests.diagnosis.services.upload_cases import PICTURE, BrokenLine, begin, send

pytestmark = pytest.mark.django_db


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


def test_what_broke_off_after_the_last_byte_is_finished_when_it_is_asked_for(doctor):
    upload = begin(doctor)
    uploads._append(upload, 0, PICTURE, timezone.now())
    assert uploads.settle(upload).state == UploadState.WHOLE


def test_sweep_deletes_what_nobody_went_on_with(doctor):
    now = timezone.now()
    left, fresh = begin(doctor), begin(doctor)
    uploads.receive(left, BrokenLine(PICTURE[:100]), offset=0)
    Upload.objects.filter(pk=left.pk).update(touched_at=now - uploads.KEPT_FOR - timedelta(seconds=1))
    assert uploads.sweep(at=now) == 1
    assert list(Upload.objects.all()) == [fresh]
    assert not UploadChunk.objects.exists()
