"""What is said of a file before its first byte is sent: refused, known already, or gone on with."""

import io

import pytest

from diagnosis.choices import Act, UploadState
from diagnosis.errors import CaseClosed, EmptyFile, FileTooLarge, NotAllowed, NotAnImage, TooManyUploads
from diagnosis.models import AuditRecord, Upload
from diagnosis.services import intake, uploads
from tests import factories
from tests.diagnosis.services.upload_cases import PICTURE, BrokenLine, begin, send

pytestmark = pytest.mark.django_db


def test_same_file_of_the_same_form_is_the_same_upload_and_goes_on(doctor):
    upload = begin(doctor)
    uploads.receive(upload, BrokenLine(PICTURE[:100]), offset=0)
    again = begin(doctor, draft=upload.draft)
    assert (again.pk, again.received) == (upload.pk, 100)
    assert begin(doctor).pk != upload.pk


def test_limit_holds_before_the_first_byte(doctor, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    with pytest.raises(FileTooLarge):
        begin(doctor, size=1001)
    with pytest.raises(EmptyFile):
        begin(doctor, size=0)
    assert not Upload.objects.exists()


def test_one_person_has_so_many_files_on_their_way_and_no_more(clinic, doctor, settings):
    settings.MAX_UNFINISHED_UPLOADS = 2
    first = begin(doctor)
    begin(doctor)
    with pytest.raises(TooManyUploads, match="2 files on their way"):
        begin(doctor)
    assert begin(doctor, draft=first.draft).pk == first.pk
    begin(factories.submitter(clinic))
    uploads.discard(first)
    begin(doctor)


def test_one_person_has_so_many_bytes_on_their_way_and_no_more(doctor, settings):
    settings.MAX_UNFINISHED_BYTES = 2500
    begin(doctor, size=1500)
    with pytest.raises(TooManyUploads):
        begin(doctor, size=1001)
    begin(doctor, size=1000)


def test_what_is_stored_or_refused_leaves_room(doctor, settings):
    settings.MAX_UNFINISHED_UPLOADS = 1
    case = factories.case(by=doctor)
    assert send(begin(doctor, draft=case.pk)).state == UploadState.STORED
    with pytest.raises(NotAnImage):
        send(begin(doctor, b"words"), b"words")
    begin(doctor)


def test_only_who_submits_at_the_clinic_begins(clinic, doctor):
    for person in (factories.administrator(clinic), factories.UserFactory.create()):
        with pytest.raises(NotAllowed):
            begin(person)
    with pytest.raises(NotAllowed):
        begin(doctor, clinic=factories.ClinicFactory.create())


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


def test_audit_names_no_file(doctor):
    begin(doctor, name="Ola Nordmann.jpg")
    assert "Ola" not in str(AuditRecord.objects.get(act=Act.UPLOAD_BEGUN).detail)
