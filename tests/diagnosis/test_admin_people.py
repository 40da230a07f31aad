"""Clinics, users, patients and tokens: what an operator makes and changes of them in the admin, and what not."""

import re

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from knox.models import AuthToken

from diagnosis.choices import Act, Role
from diagnosis.models import (
    AuditRecord,
    Clinic,
    Patient,
    User,
)
from tests import factories
from tests.diagnosis.admin_pages import CLINIC, page, signed_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("stores_names", "stored"), [(True, "Mina Rostami"), (False, "")])
def test_a_patients_name_is_only_stored_where_the_clinic_stores_names(
    browser: Client,
    stores_names: bool,  # noqa: FBT001 - a parameter of the test
    stored: str,
) -> None:
    patient = factories.PatientFactory.create(clinic=factories.ClinicFactory.create(stores_names=stores_names))
    sent = {"number": "P-7", "name": "Mina Rostami", "year_of_birth": "2018", "sex": "female"}

    assert browser.post(page(Patient, "change", patient), sent).status_code == 302

    patient.refresh_from_db()
    assert (patient.number, patient.name, patient.year_of_birth) == ("P-7", stored, 2018)


def test_patient_whom_a_signed_report_names_is_renamed_no_more(browser: Client) -> None:
    patient = signed_case().patient
    before = (patient.number, patient.name, patient.year_of_birth, patient.sex)
    sent = {"number": "P-9999", "name": "Other Person", "year_of_birth": "1990", "sex": "male"}
    browser.post(page(Patient, "change", patient), sent)
    patient.refresh_from_db()
    assert (patient.number, patient.name, patient.year_of_birth, patient.sex) == before


def test_a_clinic_with_a_role_can_be_made(browser: Client) -> None:
    doctor = factories.UserFactory.create()
    sent = {
        **CLINIC,
        "memberships-TOTAL_FORMS": 1,
        "memberships-0-user": doctor.pk,
        "memberships-0-role": Role.SUBMITTER,
        "devices-TOTAL_FORMS": 1,
        "devices-0-name": "Olympus BX43, 100x",
        "devices-0-micrometres_per_pixel": "0.07",
    }
    answer = browser.post(page(Clinic, "add"), sent)
    assert answer.status_code == 302
    clinic = doctor.memberships.get().clinic
    assert clinic.slug == "west"
    assert clinic.devices.get().micrometres_per_pixel == 0.07


def test_a_clock_that_does_not_exist_is_refused(browser: Client) -> None:
    clinic = factories.ClinicFactory.create()
    answer = browser.post(page(Clinic, "change", clinic), {"time_zone": "Tehran"})
    assert "Select a valid choice" in answer.content.decode()
    assert '<option value="Asia/Tehran">' in answer.content.decode()


def test_a_user_can_be_made_and_is_never_deleted(browser: Client, operator: User) -> None:
    sent = {
        "username": "dr.berg",
        "first_name": "Nora",
        "last_name": "Berg",
        "usable_password": "true",
        "password1": "a long enough phrase",
        "password2": "a long enough phrase",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    assert browser.post(page(User, "add"), sent).status_code == 302
    assert User.objects.get(username="dr.berg").check_password("a long enough phrase")
    assert browser.post(page(User, "delete", operator), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("model", "words"), [(Clinic, "take its memberships away"), (User, "Take “active” away"), (Patient, "not added")]
)
def test_who_may_not_delete_reads_what_to_do_instead(browser: Client, model: type[Model], words: str) -> None:
    row = factories.case().patient if model is Patient else model._default_manager.first() or factories.case().clinic
    refused = browser.get(page(model, "delete", row))
    assert refused.status_code == 403
    assert words in refused.content.decode()
    assert "clinic administrator" not in refused.content.decode()


def test_who_has_no_password_is_sent_to_whom_can_give_one() -> None:
    shown = Client().get("/sign-in/").content.decode()
    assert "Ask whoever runs telediag for your clinic" in shown


def test_a_users_language_is_one_that_the_product_speaks(browser: Client, operator: User) -> None:
    shown = browser.get(page(User, "change", operator)).content.decode()
    field = re.search(r'<select name="language".*?</select>', shown, re.DOTALL)
    assert field is not None
    assert re.findall(r'value="(\w*)"', field[0]) == ["", "en", "fa"]


def test_a_token_can_be_revoked_but_not_made_or_changed(browser: Client, operator: User) -> None:
    token = AuthToken.objects.create(user=factories.UserFactory.create())[0]
    assert browser.get(page(AuthToken, "add")).status_code == 403
    assert browser.post(page(AuthToken, "change", token), {}).status_code == 403
    assert "Are you sure" in browser.get(page(AuthToken, "delete", token)).content.decode()
    browser.post(page(AuthToken, "delete", token), {"post": "yes"})
    assert not AuthToken.objects.exists()
    record = AuditRecord.objects.get(act=Act.TOKEN_REVOKED)
    assert (record.by, record.detail) == (operator, {"account": token.user_id, "token": token.token_key})


def test_revoking_several_tokens_records_each(browser: Client) -> None:
    rows = [AuthToken.objects.create(user=factories.UserFactory.create())[0] for _ in range(2)]
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in rows], "post": "yes"}
    browser.post(page(AuthToken, "changelist"), chosen)
    assert not AuthToken.objects.exists()
    assert AuditRecord.objects.filter(act=Act.TOKEN_REVOKED).count() == 2


def test_staff_without_rights_of_their_own_cannot_make_themselves_superusers() -> None:
    helper = factories.UserFactory.create(is_staff=True)
    rights = apps.get_model("auth", "Permission").objects.filter(codename__in=["change_user", "view_user"])
    helper.user_permissions.set(rights)
    client = Client()
    client.force_login(helper)
    sent = {"username": helper.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}

    assert client.post(page(User, "change", helper), sent).status_code == 302

    helper.refresh_from_db()
    assert not helper.is_superuser
