import base64
import hashlib
import io
import uuid

import pytest
from django.urls import reverse
from PIL import Image

from diagnosis import tus
from diagnosis.models import Upload
from diagnosis.services import uploads
from tests import factories

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json", "Tus-Resumable": "1.0.0"}
PICTURE = factories.picture_bytes(seed=9)


def begin(client, data=PICTURE, *, draft=None, **said):
    said = {"draft": draft or uuid.uuid4(), "sha256": hashlib.sha256(data).hexdigest(), "name": "field.jpg", **said}
    metadata = ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in said.items())
    headers = {**JSON, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    return client.post(reverse("uploads"), headers=headers)


def append(client, address, data=PICTURE, offset=0):
    return client.patch(address, data, content_type=tus.PIECES, headers={**JSON, "Upload-Offset": str(offset)})


def standing(client, draft):
    return client.get(reverse("uploads"), {"draft": draft}, headers=JSON).json()


def row(client, upload):
    return standing(client, upload.draft)["uploads"][0]


def checked(upload, **found):
    uploads.record_check(upload.pk, {"passed": True, "reasons": [], "advice": [], "leukocytes": 41, **found})


def test_image_goes_up_in_pieces_before_there_is_a_case(client, doctor):
    draft = uuid.uuid4()
    address = begin(client, draft=draft)["Location"]
    assert append(client, address, PICTURE[:900]).status_code == 204
    said = standing(client, draft)["uploads"][0]
    assert (said["look"], said["received"], said["size"]) == ("receiving", 900, len(PICTURE))
    assert client.head(address, headers=JSON)["Upload-Offset"] == "900"
    append(client, address, PICTURE[900:], 900)
    assert standing(client, draft)["uploads"][0]["look"] == "checking"


def test_clinic_of_the_upload_is_the_chosen_one_and_must_be_the_persons(client, doctor, clinic):
    other = factories.ClinicFactory.create()
    assert begin(client, clinic=other.pk).status_code == 404
    doctor.memberships.create(clinic=other, role="submitter")
    begin(client, clinic=other.pk)
    assert Upload.objects.get().clinic == other


@pytest.mark.parametrize(
    ("found", "look", "sentence"),
    [
        ({}, "good", "Focus, light and stain will do; 41 leukocytes in view."),
        ({"leukocytes": 1}, "good", "Focus, light and stain will do; 1 leukocyte in view."),
        (
            {
                "passed": False,
                "advice": ["Underexposed: raise the lamp or the exposure time and retake.", "Out of focus."],
            },
            "retake",
            "Underexposed: raise the lamp or the exposure time and retake. Out of focus.",
        ),
    ],
)
def test_instant_check_is_said_in_words(client, doctor, found, look, sentence):
    upload = factories.upload(by=doctor)
    checked(upload, **found)
    said = row(client, upload)
    assert (said["look"], said["sentence"], said["advised"]) == (look, sentence, look == "retake")


def test_check_of_an_image_that_is_a_smear_by_then_is_said_too(client, doctor):
    upload = factories.upload(by=doctor, draft=factories.case(by=doctor).pk)
    checked(upload, passed=False, advice=["Out of focus: refocus with the fine knob and retake."])
    said = row(client, upload)
    assert (said["look"], said["advised"]) == ("stored", True)
    assert said["sentence"] == "Stored as image 1. Out of focus: refocus with the fine knob and retake."


def test_rubbish_is_refused_with_its_sentence_at_once_and_later(client, doctor):
    draft, rubbish = uuid.uuid4(), b"no image at all"
    answer = append(client, begin(client, rubbish, draft=draft)["Location"], rubbish)
    assert (answer.status_code, answer.json()["code"]) == (422, "not_an_image")
    said = standing(client, draft)["uploads"][0]
    assert (said["look"], said["sentence"]) == ("refused", answer.json()["sentence"])


def test_form_learns_which_images_its_case_holds(client, doctor):
    case = factories.case(by=doctor)
    smear = factories.smear(case)
    assert standing(client, case.pk)["held"] == {smear.upload_sha256: 1}


def test_nobody_learns_of_another_persons_uploads(client, clinic, doctor):
    theirs = factories.upload(by=factories.submitter(clinic))
    address = reverse("upload-pieces", args=[theirs.pk])
    assert standing(client, theirs.draft)["uploads"] == []
    assert client.head(address, headers=JSON).status_code == 404
    assert append(client, address, b"x", theirs.size).status_code == 404
    assert client.delete(address, headers=JSON).status_code == 404
    assert client.get(reverse("upload-picture", args=[theirs.pk])).status_code == 404


def test_picture_of_what_was_sent_before_the_page_was_opened(client, doctor):
    upload = factories.upload(by=doctor)
    address = reverse("upload-picture", args=[upload.pk])
    answer = client.get(address)
    assert answer["Content-Type"] == "image/jpeg"
    assert max(Image.open(io.BytesIO(answer.content)).size) == 240
    uploads.discard(upload)
    assert client.get(address).status_code == 404


def test_half_sent_image_has_no_picture(client, doctor):
    address = begin(client)["Location"]
    append(client, address, PICTURE[:900])
    assert client.get(f"{address}picture/").status_code == 404


def test_removed_image_is_forgotten(client, doctor):
    upload = factories.upload(by=doctor)
    assert client.delete(reverse("upload-pieces", args=[upload.pk]), headers=JSON).status_code == 204
    assert not Upload.objects.exists()


def test_whoever_is_signed_out_is_told_so_in_json(client):
    assert begin(client).json()["code"] == "signed_out"


@pytest.mark.parametrize("draft", ["", "mine"])
def test_draft_that_is_no_id_is_refused(client, doctor, draft):
    assert client.get(reverse("uploads"), {"draft": draft}, headers=JSON).status_code == 400


def test_every_answer_says_which_version_of_tus_is_spoken(client, doctor):
    begun = begin(client)
    conflict = client.patch(begun["Location"], b"x", content_type=tus.PIECES, headers={**JSON, "Upload-Offset": "7"})
    other = client.head(begun["Location"], headers={**JSON, "Tus-Resumable": "0.2.2"})
    gone = client.delete(begun["Location"], headers=JSON)
    answers = [begun, conflict, other, gone]
    assert [answer.status_code for answer in answers] == [201, 409, 412, 204]
    assert {answer["Tus-Resumable"] for answer in answers} == {"1.0.0"}
    assert other["Tus-Version"] == "1.0.0"


def test_piece_of_another_type_is_refused(client, doctor):
    address = begin(client)["Location"]
    assert client.patch(address, b"x", content_type="image/jpeg", headers=JSON).status_code == 415
