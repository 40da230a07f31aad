"""A form with images that is sent, without scripts, after the session ended."""

import html
import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from diagnosis.models import Case
from tests import factories

pytestmark = pytest.mark.django_db

LOST = "choose its images again there."


@pytest.fixture
def doctor():
    return factories.submitter(factories.ClinicFactory.create())


def image():
    return SimpleUploadedFile("field.jpg", factories.picture_bytes())


def fields(page):
    """Read the hidden fields of the page's own form as a browser sends them."""
    form = page[page.index('<form class="card stack"') :].split("</form>")[0]
    found = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def sign_in(client, page, doctor, password=factories.PASSWORD):
    held = {**fields(page), "username": doctor.username, "password": password}
    return client.post(reverse("sign-in"), held).content.decode()


def test_what_was_typed_is_on_the_form_again_after_the_sign_in_and_asks_for_the_images(client, doctor):
    typed = {
        "draft": str(uuid.uuid4()),
        "clinic": str(doctor.memberships.get().clinic_id),
        "patient_number": "K-1",
        "priority": "stat",
        "specimen": "blood",
        "clinical_notes": "Bruises & fever.",
    }
    page = client.post(reverse("submit"), {**typed, "images": image()}).content.decode()
    assert LOST in page
    page = sign_in(client, page, doctor, password="wrong")
    assert LOST in page
    page = sign_in(client, page, doctor)
    assert f'action="{reverse("submit")}"' in page
    carried = fields(page)
    assert carried.items() >= typed.items()
    form = client.post(reverse("submit"), carried)
    assert "Add at least one image of the smear. Nothing that you typed is lost." in form.content.decode()
    assert "Bruises &amp; fever." in form.content.decode()
    assert not Case.objects.exists()
    assert client.post(reverse("submit"), {**typed, "images": image()}).status_code == 302
    assert Case.objects.get().smears.count() == 1


def test_images_for_an_open_case_lead_back_to_it(client, doctor):
    case = factories.case(by=doctor)
    address = reverse("upload", args=[case.pk])
    page = client.post(address, {"images": image()}).content.decode()
    assert LOST in page
    page = sign_in(client, page, doctor)
    assert f'action="{address}"' in page
    answer = client.post(address, follow=True)
    assert answer.redirect_chain == [(reverse("case", args=[case.pk]), 302)]
    assert "Add at least one image of the smear." in answer.content.decode()


def test_form_that_comes_back_for_another_reason_asks_for_its_images_anew(client, doctor):
    client.force_login(doctor)
    typed = {"draft": str(uuid.uuid4()), "clinic": str(doctor.memberships.get().clinic_id), "patient_number": ""}
    page = client.post(reverse("submit"), {**typed, "images": image()}).content.decode()
    assert "Choose the images again: a browser keeps no files." in page
