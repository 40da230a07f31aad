"""Images that are added on the page of a case."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from diagnosis.services import intake
from tests import factories

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


def image(name="field.jpg", seed=None):
    return SimpleUploadedFile(name, factories.picture_bytes(seed))


def send(client, case, *files, **options):
    return client.post(reverse("upload", args=[case.pk]), {"images": list(files)}, **options)


def test_uploaded_image_is_stored_and_recognised(client, doctor):
    case = factories.case(by=doctor)
    stored = send(client, case, image("a.jpg", 1), headers=JSON)
    again = send(client, case, image("b.jpg", 1), headers=JSON)
    assert (stored.status_code, stored.json()["sentence"]) == (201, "Stored as image 1.")
    assert (again.status_code, again.json()["sentence"]) == (200, "The same as image 1; it is kept once.")
    assert case.smears.get().original_name == "a.jpg"


@pytest.mark.parametrize(
    ("content", "code", "advice"),
    [
        (b"words", "not_an_image", "Export the field of view as JPEG or PNG."),
        (b"", "empty_file", "Save the image again"),
        (factories.picture_bytes(1)[:900], "truncated_image", "Copy it from the camera again"),
    ],
)
def test_refused_file_says_what_to_do(client, doctor, content, code, advice):
    case = factories.case(by=doctor)
    answer = send(client, case, io.BytesIO(content), headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert advice in answer.json()["sentence"]
    assert not case.smears.exists()


def test_upload_without_a_file_says_so(client, doctor):
    case = factories.case(by=doctor)
    answer = client.post(reverse("upload", args=[case.pk]), headers=JSON)
    assert (answer.status_code, answer.json()["sentence"]) == (400, "Add at least one image of the smear.")


def test_closed_case_takes_no_image(client, doctor):
    case = intake.withdraw(case=factories.case(by=doctor), by=doctor)
    answer = send(client, case, image(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "case_closed")


def test_bare_form_sends_several_and_names_what_was_refused(client, doctor):
    case = factories.case(by=doctor)
    rubbish = SimpleUploadedFile("notes.png", b"words")
    answer = send(client, case, image("a.jpg"), rubbish, image("b.jpg"), follow=True)
    page = answer.content.decode()
    assert "notes.png: The file is not a JPEG" in page
    assert "Stored: images 1 and 2." in page


@pytest.mark.parametrize("role", ["specialist", "administrator"])
def test_run_again_leads_back_to_the_case(client, clinic, role):
    case = factories.analysed_case(clinic=clinic)
    client.force_login(factories.member(clinic, role))
    smear = case.smears.first()
    answer = client.post(reverse("run-again", args=[smear.pk]), {"from": "case"}, follow=True)
    assert answer.redirect_chain == [(reverse("case", args=[case.pk]), 302)]
    assert "Image 1 is being analysed again." in answer.content.decode()
    assert smear.analyses.count() == 2


def test_bare_form_without_a_file_stays_at_the_case_and_says_so(client, doctor):
    case = factories.case(by=doctor)
    answer = client.post(reverse("upload", args=[case.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("case", args=[case.pk]), 302)]
    assert "Add at least one image of the smear." in answer.content.decode()
