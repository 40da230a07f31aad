import base64
import hashlib
import io
import uuid

import pytest
from django.test import Client

from diagnosis import tus
from diagnosis.models import Upload
from diagnosis.services import intake
from tests import factories
from tests.diagnosis.api.software import code, software

pytestmark = pytest.mark.django_db

PICTURE = factories.picture_bytes(seed=8)


@pytest.fixture
def doctor():
    return factories.submitter(factories.ClinicFactory.create())


@pytest.fixture
def case(doctor):
    return factories.case(by=doctor)


@pytest.fixture
def client(doctor):
    return software(doctor)


def metadata(**said):
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in said.items())


def begin(client, case, data=PICTURE, /, *, size=None, headers=(), **said):
    said = {"case": case.pk, "sha256": hashlib.sha256(data).hexdigest(), "name": "field.jpg", **said}
    spoken = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size or len(data)), "Upload-Metadata": metadata(**said)}
    return client.post("/api/v1/uploads/", headers={**spoken, **dict(headers)})


def append(client, address, data, *, offset=0, kind=tus.PIECES, **headers):
    spoken = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset), **headers}
    return client.patch(address, data, content_type=kind, headers=spoken)


def test_image_in_two_pieces_joins_its_case(client, case):
    begun = begin(client, case)
    address = begun["Location"]
    assert (begun.status_code, begun["Upload-Offset"], begun["Tus-Resumable"]) == (201, "0", "1.0.0")
    first = append(client, address, PICTURE[:1000])
    assert (first.status_code, first["Upload-Offset"]) == (204, "1000")
    asked = client.head(address, headers={"Tus-Resumable": "1.0.0"})
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("1000", str(len(PICTURE)))
    assert asked["Cache-Control"] == "no-store"
    assert client.get(address).json()["state"] == "receiving"
    assert append(client, address, PICTURE[1000:], offset=1000).status_code == 204

    smear = case.smears.get()
    said = client.get(address).json()
    assert (said["state"], said["case"], said["received"]) == ("stored", str(case.pk), len(PICTURE))
    assert said["smear"].endswith(f"/smears/{smear.pk}/")
    assert said["analysis"].endswith(f"/analyses/{smear.analyses.get().pk}/")
    assert smear.upload_sha256 == hashlib.sha256(PICTURE).hexdigest()


def test_client_asks_what_is_spoken_here(client, settings):
    answer = client.options("/api/v1/uploads/")
    assert answer.status_code == 204
    assert answer["Tus-Version"] == "1.0.0"
    assert answer["Tus-Extension"] == "creation,termination"
    assert answer["Tus-Max-Size"] == str(settings.MAX_UPLOAD_BYTES)


def test_another_version_is_refused(client, case):
    assert code(begin(client, case, headers={"Tus-Resumable": "0.2.2"})) == "unknown_protocol"
    assert begin(client, case, headers={"Tus-Resumable": "0.2.2"}).status_code == 412


def test_every_answer_says_which_version_is_spoken(client, case):
    address = begin(client, case)["Location"]
    answers = {
        412: begin(client, case, headers={"Tus-Resumable": "0.2.2"}),
        409: append(client, address, PICTURE[1:], offset=1),
        415: append(client, address, PICTURE, kind="image/jpeg"),
        404: client.head(f"/api/v1/uploads/{uuid.uuid4()}/"),
        405: client.put(address),
        200: client.get(address),
        204: client.delete(address),
        401: Client().get(address),
    }
    assert {status: answer.status_code for status, answer in answers.items()} == {status: status for status in answers}
    assert {answer["Tus-Resumable"] for answer in answers.values()} == {"1.0.0"}
    assert answers[412]["Tus-Version"] == "1.0.0"


def test_upload_whose_case_is_closed_says_how_it_stands(client, case, doctor):
    address = begin(client, case)["Location"]
    append(client, address, PICTURE[:1000])
    intake.withdraw(case=case, by=doctor)
    refused = append(client, address, PICTURE[1000:], offset=1000)
    assert (refused.status_code, code(refused)) == (409, "case_closed")
    said = client.get(address)
    assert (said.status_code, said.json()["state"], said.json()["smear"]) == (200, "whole", None)
    assert client.head(address)["Upload-Offset"] == str(len(PICTURE))
    assert client.delete(address).status_code == 204


def test_piece_that_does_not_follow_on_is_a_conflict(client, case):
    address = begin(client, case)["Location"]
    answer = append(client, address, PICTURE[10:], offset=10)
    assert (answer.status_code, code(answer)) == (409, "offset_differs")


def test_of_a_piece_with_more_bytes_than_were_announced_nothing_is_kept(client, case):
    address = begin(client, case)["Location"]
    assert append(client, address, PICTURE + b"xx").status_code == 400
    assert client.head(address)["Upload-Offset"] == "0"
    assert not case.smears.exists()
    assert append(client, address, PICTURE).status_code == 204


def test_piece_of_another_type_is_refused(client, case):
    assert append(client, begin(client, case)["Location"], PICTURE, kind="image/jpeg").status_code == 415


def test_piece_without_bytes_changes_nothing(client, case):
    address = begin(client, case)["Location"]
    assert append(client, address, b"")["Upload-Offset"] == "0"


@pytest.mark.parametrize("offset", ["", "-1", "one", "9" * 20])
def test_offset_that_is_no_number_is_refused(client, case, offset):
    assert append(client, begin(client, case)["Location"], b"x", offset=offset).status_code == 400


@pytest.mark.parametrize(
    "said", [{"sha256": "abc"}, {"sha256": ""}, {"case": "no case"}, {"case": ""}, {"case": uuid.uuid4()}]
)
def test_file_is_announced_with_its_hash_and_its_case(client, case, said):
    assert begin(client, case, **said).status_code in (400, 404)
    assert not Upload.objects.exists()


@pytest.mark.parametrize("header", ["case ***", "case /w==", "case"])
def test_metadata_that_cannot_be_read_is_refused(client, header):
    assert client.post("/api/v1/uploads/", headers={"Upload-Metadata": header}).status_code == 400


def test_limit_holds_before_the_first_byte(client, case, settings):
    answer = begin(client, case, size=settings.MAX_UPLOAD_BYTES + 1)
    assert (answer.status_code, code(answer)) == (413, "file_too_large")


def test_wrong_hash_is_refused_with_the_last_byte(client, case):
    address = begin(client, case, sha256="0" * 64)["Location"]
    answer = append(client, address, PICTURE)
    assert (answer.status_code, code(answer)) == (422, "upload_differs")
    assert case.smears.count() == 0


def test_rubbish_is_refused_with_its_code(client, case):
    rubbish = b"no image at all"
    address = begin(client, case, rubbish)["Location"]
    answer = append(client, address, rubbish)
    assert (answer.status_code, code(answer)) == (415, "not_an_image")
    said = client.get(address).json()
    assert (said["state"], said["refusal_code"]) == ("refused", "not_an_image")


def test_image_that_the_case_holds_is_not_sent_again(client, case, doctor):
    intake.add_smear(case=case, by=doctor, upload=io.BytesIO(PICTURE))
    address = begin(client, case)["Location"]
    assert client.head(address)["Upload-Offset"] == str(len(PICTURE))


def test_upload_is_seen_by_nobody_else(client, case):
    address = begin(client, case)["Location"]
    colleague = software(factories.submitter(case.clinic))
    answers = [
        colleague.get(address),
        colleague.head(address),
        colleague.delete(address),
        append(colleague, address, PICTURE),
    ]
    assert [answer.status_code for answer in answers] == [404] * 4


def test_case_of_another_clinic_does_not_exist(case):
    assert begin(software(factories.outsider()), case).status_code == 404


def test_upload_that_is_given_up_is_gone(client, case):
    address = begin(client, case)["Location"]
    append(client, address, PICTURE[:1000])
    assert client.delete(address).status_code == 204
    assert client.head(address).status_code == 404


def test_instant_check_is_told(client, case, doctor):
    upload = factories.upload(by=doctor, draft=case.pk)
    found = {"passed": False, "reasons": ["out_of_focus"], "advice": ["Out of focus."], "leukocytes": 4, "measures": {}}
    Upload.objects.filter(pk=upload.pk).update(check_result=found)
    found.pop("measures")
    assert client.get(f"/api/v1/uploads/{upload.pk}/").json()["check"] == found


def test_account_with_too_much_on_its_way_is_told_so(client, case, settings):
    settings.MAX_UNFINISHED_UPLOADS = 1
    begin(client, case)
    refused = begin(client, case, factories.picture_bytes(seed=9))
    assert (refused.status_code, code(refused)) == (429, "too_many_uploads")
