"""A list in the admin is taken as CSV as it is filtered, without names, and on record; a search finds by patient."""

import csv
import io

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from diagnosis.choices import Act
from diagnosis.models import AuditRecord, Case, Review, SignedReport, Smear, User
from tests import factories
from tests.diagnosis.admin_pages import page, signed_case

pytestmark = pytest.mark.django_db
EXPORTED = [model for model, registered in admin.site._registry.items() if getattr(registered, "exported", ())]
OF_CASES = [model for model, registered in admin.site._registry.items() if getattr(registered, "case", "")]


def address(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_csv")


def lines(answer):
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


@pytest.mark.parametrize("model", EXPORTED, ids=lambda model: model.__name__)
def test_every_export_streams_its_list_without_names(browser: Client, operator: User, model: type) -> None:
    clinic = factories.ClinicFactory.create(stores_names=True)
    patient = factories.PatientFactory.create(clinic=clinic, name="Mina Rostami")
    case = factories.analysed_case(clinic=clinic, patient=patient, clinical_notes="Mina is pale.")
    found = browser.get(address(model))
    assert found["Content-Disposition"] == f'attachment; filename="{model._meta.model_name}.csv"'
    text = str(lines(found))
    assert not any(word in text for word in ("Mina", patient.number, case.submitted_by.last_name))
    record = AuditRecord.objects.get(act=Act.EXPORTED)
    assert (record.by, record.detail) == (operator, {"list": model._meta.model_name})


def test_an_export_holds_what_the_filters_leave(browser: Client) -> None:
    urgent = factories.case(priority="urgent")
    factories.case()
    assert [line["accession"] for line in lines(browser.get(address(Case), {"priority__exact": "urgent"}))] == [
        urgent.accession
    ]
    assert address(Case) in browser.get(page(Case, "changelist")).content.decode()


def test_an_export_names_people_by_their_user_names_and_tells_an_amendment_from_a_first_reading(
    browser: Client,
) -> None:
    signed = SignedReport.objects.get(case=signed_case())
    [review] = lines(browser.get(address(Review)))
    assert (review["reviewer__username"], review["signed_report__version"]) == (signed.signed_by.username, "1")
    [report] = lines(browser.get(address(SignedReport)))
    assert report["signed_by__username"] == signed.signed_by.username


def test_staff_without_the_right_to_see_a_list_cannot_take_it() -> None:
    client = Client()
    client.force_login(factories.UserFactory.create(is_staff=True))
    assert client.get(address(Smear)).status_code == 403
    assert not AuditRecord.objects.filter(act=Act.EXPORTED).exists()


@pytest.mark.parametrize("model", OF_CASES, ids=lambda model: model.__name__)
def test_every_list_about_cases_finds_by_patient_number(browser: Client, model: type) -> None:
    case = signed_case()
    signed_case()
    path = admin.site._registry[model].case
    wanted = set(model.objects.filter(**{path: case.pk}).values_list("pk", flat=True))
    found = browser.get(page(model, "changelist"), {"q": case.patient.number}).context["cl"].result_list
    assert {row.pk for row in found} == wanted


def test_a_signed_report_is_shown_as_it_was_signed(browser: Client) -> None:
    signed = SignedReport.objects.get(case=signed_case())
    text = browser.get(page(SignedReport, "change", signed)).content.decode()
    assert '<article class="paper"' in text
    assert signed.signed_by.signature_name in text
