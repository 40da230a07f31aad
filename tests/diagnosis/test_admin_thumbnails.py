"""A smear is seen in the admin, by those who may."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from diagnosis.models import (
    Smear,
)
from tests import factories
from tests.diagnosis.admin_pages import page

pytestmark = pytest.mark.django_db


def test_a_smear_is_shown_as_a_thumbnail(browser: Client) -> None:
    smear = factories.smear(factories.case())
    address = reverse("admin:diagnosis_smear_thumbnail", args=[smear.pk])
    assert address in browser.get(page(Smear, "changelist")).content.decode()
    assert address in browser.get(page(Smear, "change", smear)).content.decode()

    answer = browser.get(address)

    assert answer["Content-Type"] == "image/jpeg"
    assert "private" in answer["Cache-Control"]
    assert max(Image.open(io.BytesIO(answer.content)).size) == 320


def test_a_thumbnail_asks_who_is_looking() -> None:
    smear = factories.smear(factories.case())
    address = reverse("admin:diagnosis_smear_thumbnail", args=[smear.pk])

    assert Client().get(address).status_code == 302
    for user, status in (
        (smear.uploaded_by, 302),  # the portal is for them
        (factories.UserFactory.create(is_staff=True), 403),
    ):
        client = Client()
        client.force_login(user)
        assert client.get(address).status_code == status
