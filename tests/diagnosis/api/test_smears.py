import hashlib
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from diagnosis import uploads
from diagnosis.models import Analysis, Smear, StoredFile
from tests import factories
from tests.diagnosis.api.software import code, software

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return factories.submitter(factories.ClinicFactory.create())


@pytest.fixture
def case(doctor):
    return factories.case(by=doctor)


@pytest.fixture
def client(doctor):
    return software(doctor)


def test_upload_is_accepted_with_the_address_to_poll(client, case):
    answer = client.upload(case, factories.picture_bytes())
    assert answer.status_code == 202
    assert answer["Location"] == answer.json()["analysis"]["url"]
    assert answer["Retry-After"] == "2"
    assert answer.json()["smear"]["number"] == 1
    polled = client.get(answer["Location"])
    assert (polled.status_code, polled["Retry-After"], polled.json()["status"]) == (200, "2", "queued")


def test_same_image_again_is_the_same_smear_whatever_its_metadata(client, case):
    exif = Image.Exif()
    exif[271] = "another camera"
    first = client.upload(case, factories.picture_bytes(seed=5))
    for again in (
        factories.picture_bytes(seed=5),
        factories.picture_bytes(seed=5, exif=exif, comment=b"x", dpi=(300, 300)),
    ):
        answer = client.upload(case, again, name="other.jpg")
        assert answer.status_code == 200
        assert answer["Location"] == first["Location"]
        assert answer.json()["smear"] == first.json()["smear"]
    assert Smear.objects.count() == Analysis.objects.count() == StoredFile.objects.count() == 1


def test_refusal_of_another_file_names_every_kind_that_is_taken(client, case):
    sentence = client.upload(case, b"no image").json()["errors"][0]["detail"]
    assert all(kind.lower() in sentence.lower() for kind in uploads.FORMATS)


def test_several_images_in_one_form_are_refused_and_none_is_stored(client, case):
    files = [SimpleUploadedFile(f"{seed}.jpg", factories.picture_bytes(seed=seed)) for seed in (1, 2)]
    refusal = client.post(f"/api/v1/cases/{case.pk}/smears/", {"image": files})
    (error,) = refusal.json()["errors"]
    assert (refusal.status_code, error["code"], error["attr"]) == (400, "invalid", "image")
    assert "2 images" in error["detail"]
    assert not case.smears.exists()


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"", 422, "empty_file"),
        (b"no image", 415, "not_an_image"),
        (factories.picture_bytes(1)[:1500], 422, "truncated_image"),
        (
            factories.picture_bytes(1, "GIF", save_all=True, append_images=[factories.picture(2)]),
            422,
            "multiple_frames",
        ),
    ],
)
def test_refused_image_gets_a_code_and_leaves_nothing_behind(client, case, data, status, reason):
    refused = client.upload(case, data)
    assert (refused.status_code, code(refused)) == (status, reason)
    assert not Smear.objects.exists()
    assert not StoredFile.objects.exists()


def test_wrong_extension_works(client, case):
    answer = client.upload(case, factories.picture_bytes(1, "PNG"), name="field.jpg")
    assert (answer.status_code, answer.json()["smear"]["media_type"]) == (202, "image/png")


def test_image_over_the_byte_limit_is_answered_and_not_kept(client, case, settings):
    settings.MAX_UPLOAD_BYTES = 100_000
    refused = client.upload(case, bytes(3_000_000))
    assert (refused.status_code, code(refused)) == (413, "file_too_large")


def test_image_over_the_pixel_limit_is_refused(client, case, settings):
    settings.MAX_UPLOAD_PIXELS = 10_000
    refused = client.upload(case, factories.picture_bytes())
    assert (refused.status_code, code(refused)) == (422, "too_many_pixels")


@pytest.mark.parametrize("form", [{}, {"picture": "x"}, {"image": "text instead of a file"}])
def test_form_without_the_image_names_the_field(client, case, form):
    refused = client.post(f"/api/v1/cases/{case.pk}/smears/", form)
    assert (refused.status_code, code(refused)) == (400, "required")
    assert refused.json()["errors"][0]["attr"] == "image"


def test_form_field_that_is_too_big_is_refused(client, case, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    refused = client.post(f"/api/v1/cases/{case.pk}/smears/", {"note": "x" * 5000})
    assert (refused.status_code, code(refused)) == (413, "request_too_large")


def test_form_with_too_many_fields_is_refused(client, case):
    refused = client.post(f"/api/v1/cases/{case.pk}/smears/", {f"f{number}": "x" for number in range(1500)})
    assert (refused.status_code, code(refused)) == (413, "request_too_large")


def test_form_of_unknown_length_is_refused(client, case):
    refused = client.post(
        f"/api/v1/cases/{case.pk}/smears/", {"image": "x"}, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"
    )
    assert (refused.status_code, code(refused)) == (411, "length_required")


@pytest.mark.parametrize(
    ("content_type", "body", "status", "reason"),
    [
        ("multipart/form-data; boundary=x", b"rubbish", 400, "required"),
        ("multipart/form-data", b"rubbish", 400, "parse_error"),
        ("application/json", b"{}", 415, "unsupported_media_type"),
        ("image/jpeg", b"\xff\xd8", 415, "unsupported_media_type"),
    ],
)
def test_what_is_no_form_is_refused(client, case, content_type, body, status, reason):
    refused = client.post(f"/api/v1/cases/{case.pk}/smears/", body, content_type=content_type)
    assert (refused.status_code, code(refused)) == (status, reason)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\lab\\field.jpg", "field.jpg"),
        ("fi\x00eld.jpg", "field.jpg"),
        ("x" * 500 + ".jpg", "x" * 146 + ".jpg"),
    ],
)
def test_name_is_kept_without_path_and_control_characters(client, case, sent, kept):
    body = (
        (
            f'--b\r\nContent-Disposition: form-data; name="image"; filename="{sent}"\r\n'
            "Content-Type: image/jpeg\r\n\r\n"
        ).encode()
        + factories.picture_bytes()
        + b"\r\n--b--\r\n"
    )
    answer = client.post(f"/api/v1/cases/{case.pk}/smears/", body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 202
    assert answer.json()["smear"]["original_name"] == kept


def test_stored_image_is_served_to_be_kept_and_never_sniffed(client, case):
    smear = client.upload(case, factories.picture_bytes(), name="Jo Doe.jpg").json()["smear"]
    image = client.get(smear["image"])
    assert image.status_code == 200
    assert image["Content-Type"] == "image/jpeg"
    assert hashlib.sha256(image.content).hexdigest() == smear["sha256"]
    assert len(image.content) == smear["size"] == int(image["Content-Length"])
    assert image["ETag"] == f'"{smear["sha256"]}"'
    assert image["Cache-Control"] == "private, max-age=86400, immutable"
    assert image["X-Content-Type-Options"] == "nosniff"
    assert {"Authorization", "Cookie"} <= set(re.split(", *", image["Vary"]))
    assert re.fullmatch(r'inline; filename="smear-1-[0-9a-f]{8}\.jpg"', image["Content-Disposition"])
    with Image.open(io.BytesIO(image.content)) as opened:
        assert opened.size == (smear["width"], smear["height"])


@pytest.mark.parametrize("known", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
def test_known_image_is_not_sent_again(client, case, known):
    smear = client.upload(case, factories.picture_bytes()).json()["smear"]
    answer = client.get(smear["image"], headers={"If-None-Match": known.format(smear["sha256"])})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(smear["image"], headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("accept", ["image/jpeg", "image/*", "text/html", "*/*"])
def test_image_is_sent_whatever_else_is_accepted(client, case, accept):
    smear = client.upload(case, factories.picture_bytes()).json()["smear"]
    assert client.get(smear["image"], headers={"Accept": accept}).status_code == 200


def test_smears_are_listed_by_number(client, case):
    for _ in range(3):
        client.upload(case, factories.picture_bytes())
    rows = client.send("GET", f"cases/{case.pk}/smears/").json()["results"]
    assert [row["number"] for row in rows] == [1, 2, 3]
    assert all(row["analysis"]["status"] == "queued" for row in rows)
    assert client.get(rows[0]["url"]).json() == {name: value for name, value in rows[0].items() if name != "analysis"}
