"""axe finds nothing to object to, wide and narrow, in light and dark, and no page scrolls sideways."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from diagnosis.services import intake
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(name="Klinikk Nord", stores_names=True)


def test_sign_in(page, doctor, assert_accessible):
    page.goto("/sign-in/")
    assert_accessible()
    page.get_by_label("User name").fill(doctor.username)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("User name")).to_have_value(doctor.username)
    assert_accessible()


def test_submit(page, sign_in, doctor, drawn, tmp_path, assert_accessible):
    sign_in(doctor)
    page.goto("/cases/new/")
    assert_accessible()
    rubbish = tmp_path / "notes.jpg"
    rubbish.write_bytes(b"words")
    page.locator(".uploader input[multiple]").set_input_files([drawn("a.jpg"), rubbish])
    page.get_by_role("button", name="Submit the case").click()
    expect(page.get_by_text("Type the clinic's number of the patient.")).to_be_visible()
    expect(page.locator(".upload[data-state='refused']")).to_be_visible()
    assert_accessible()
    page.get_by_label("Patient number").fill("K-1")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    expect(page.locator("#refused")).to_be_visible()
    assert_accessible()


def test_case_in_every_state(page, sign_in, doctor, clinic, assert_accessible):
    unanswered = [factories.unanswered(outcome) for outcome in ("unsuitable", "novel", "abstained")]
    mixed = factories.analysed_case(by=doctor, results=[factories.machine_result("pre"), *unanswered])
    waiting = factories.case(by=doctor)
    factories.smear(waiting)
    withdrawn = factories.case(by=doctor, treatment="Prednisolone", clinical_notes="Pallor.", haemoglobin=71)
    intake.withdraw(case=withdrawn, by=doctor)
    sign_in(doctor)
    for case in (mixed, waiting, withdrawn, factories.case(by=doctor)):
        page.goto(f"/cases/{case.pk}/")
        assert_accessible()


def test_lists(page, sign_in, doctor, clinic, assert_accessible):
    reader = factories.specialist(clinic)
    factories.analysed_case(by=doctor, results=[factories.machine_result("pre")] * 3)
    factories.analysed_case(by=doctor, at=timezone.now() - timedelta(days=3), priority="urgent")
    sign_in(reader)
    page.goto("/worklist/")
    expect(page.locator(".case-row")).to_have_count(2)
    assert_accessible()
    page.goto("/cases/")
    assert_accessible()
    page.goto("/cases/?q=nothing-of-the-kind")
    assert_accessible()
    page.goto("/nowhere/")
    assert_accessible()
