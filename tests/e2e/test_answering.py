"""The pages of those who answer for a clinic, and the administration: axe finds nothing, filters work by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from diagnosis import artefacts
from diagnosis.models import Device
from tests import factories
from tests.diagnosis.admin_pages import signed_case

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

MODEL = factories.PINS["model_sha256"]


@pytest.fixture
def case():
    return signed_case()


def test_figures_and_models(page, sign_in, case, settings, assert_accessible):
    settings.SHADOW_ARTEFACT = "convnet-1.0.0"
    for smear in case.smears.all():
        factories.shadow_result(smear.analyses.get(), factories.machine_result(), artefact=settings.SHADOW_ARTEFACT)
    Device.objects.create(clinic=case.clinic, name="Olympus BX43")
    sign_in(factories.administrator(case.clinic))
    installed = artefacts.installed()[0].sha256
    for address in (
        "/figures/",
        "/models/",
        f"/models/{installed}/",
        f"/models/{MODEL}/",
        f"/models/{MODEL}/reports/",
        f"/models/{MODEL}/shadow/",
    ):
        page.goto(address)
        assert_accessible()
    expect(page.get_by_role("table", name="Cases that would change")).to_contain_text("the flag would not be raised")


def test_a_narrower_period_replaces_the_tables_and_stands_in_the_address(page, sign_in, case):
    sign_in(factories.administrator(case.clinic))
    page.goto("/figures/")
    row = page.get_by_role("table", name="Machine answers").get_by_role("row").nth(1)
    expect(row).to_contain_text(case.clinic.name)
    page.get_by_label("Until").fill("2020-02-01")
    page.get_by_label("From", exact=True).fill("2020-01-01")
    expect(page).to_have_url(re.compile("since=2020-01-01"))
    expect(page.get_by_role("table", name="Machine answers")).to_have_count(0)


def test_the_administrations_first_page(page, sign_in, assert_accessible):
    sign_in(factories.UserFactory.create(is_staff=True, is_superuser=True))
    page.goto("/admin/", wait_until="networkidle")
    assert_accessible()
