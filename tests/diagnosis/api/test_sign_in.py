from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from diagnosis.choices import Act
from diagnosis.models import AuditRecord
from tests import factories
from tests.diagnosis.api.software import Software, code, software

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return factories.submitter(factories.ClinicFactory.create())


def sign_in(username, password):
    return Software().send("POST", "tokens/", {"username": username, "password": password})


def test_password_buys_a_token_that_works_until_it_is_revoked(doctor):
    answer = sign_in(doctor.username, factories.PASSWORD)
    assert answer.status_code == 201
    client = Software(headers={"Authorization": f"Token {answer.json()['token']}"})
    assert client.send("GET", "me/").json() == {
        "username": doctor.username,
        "name": doctor.signature_name,
        "is_service_account": False,
    }
    assert client.send("DELETE", "tokens/current/").status_code == 204
    assert client.send("GET", "me/").status_code == 401
    assert AuditRecord.objects.get(act=Act.SIGNED_IN).by == doctor


def test_token_ends_by_itself(doctor):
    answer = sign_in(doctor.username, factories.PASSWORD).json()
    client = Software(headers={"Authorization": f"Token {answer['token']}"})
    with time_machine.travel(timezone.now() + timedelta(hours=11, minutes=59), tick=False):
        assert client.send("GET", "me/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=12, minutes=1), tick=False):
        assert client.send("GET", "me/").status_code == 401


def test_token_is_stored_as_a_hash(doctor):
    token = sign_in(doctor.username, factories.PASSWORD).json()["token"]
    assert token not in str(AuthToken.objects.values_list())


def test_other_tokens_outlive_a_sign_out(doctor):
    one, other = software(doctor), software(doctor)
    one.send("DELETE", "tokens/current/")
    assert other.send("GET", "me/").status_code == 200


def test_wrong_password_and_unknown_name_get_the_same_answer(doctor):
    wrong, unknown = sign_in(doctor.username, "wrong"), sign_in("nobody", "wrong")
    assert (wrong.status_code, code(wrong)) == (401, "sign_in_failed")
    assert wrong.json() == unknown.json()


def test_closed_account_neither_signs_in_nor_goes_on(doctor):
    client = software(doctor)
    doctor.is_active = False
    doctor.save()
    assert sign_in(doctor.username, factories.PASSWORD).status_code == 401
    assert client.send("GET", "me/").status_code == 401


def test_service_account_without_password_cannot_sign_in_with_one():
    account = factories.service_account(factories.ClinicFactory.create(), password="!")
    for password in ("", "!", " "):
        assert sign_in(account.username, password).status_code in (400, 401)


def test_guessing_is_slowed_down():
    answers = [sign_in("somebody", "guess") for _ in range(11)]
    assert [answer.status_code for answer in answers[:9]] == [401] * 9
    assert (answers[-1].status_code, code(answers[-1])) == (429, "too_many_tries")
    assert int(answers[-1]["Retry-After"]) > 0


def test_forged_forwarding_header_buys_no_more_guesses():
    answers = [
        Client(headers={"X-Forwarded-For": f"10.0.0.{number}"}).post(
            "/api/v1/tokens/", {"username": "x", "password": "y"}, content_type="application/json"
        )
        for number in range(21)
    ]
    assert answers[-1].status_code == 429


def test_session_of_the_portal_needs_its_csrf_token(doctor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(doctor)
    assert client.get("/api/v1/me/").status_code == 200
    refused = client.post("/api/v1/patients/", {}, content_type="application/json")
    assert (refused.status_code, code(refused)) == (403, "permission_denied")


def test_session_has_no_token_to_revoke(doctor):
    client = Client()
    client.force_login(doctor)
    assert client.delete("/api/v1/tokens/current/").status_code == 401


def test_clinics_show_the_askers_own_roles():
    clinic = factories.ClinicFactory.create()
    doctor = factories.submitter(clinic)
    factories.specialist(clinic)
    factories.ClinicFactory.create()
    assert [(row["slug"], row["roles"]) for row in software(doctor).send("GET", "clinics/").json()["results"]] == [
        (clinic.slug, ["submitter"])
    ]
