"""The numbers that a clinic gives to its patients and cases."""

import pytest

from tests import factories
from tests.diagnosis.api.software import software

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def client(clinic):
    return software(factories.submitter(clinic))


@pytest.mark.parametrize("sign", ["\n", "\t", "\u202e", "\u200f", "\u2066", "\u200b", "\u2028", "\x7f", "\ufeff"])
def test_number_with_a_sign_that_nobody_sees_is_refused_by_its_field(client, clinic, sign):
    patient = factories.PatientFactory.create(clinic=clinic)
    for path, body, field in (
        ("patients/", {"clinic": clinic.slug, "number": f"1{sign}2"}, "number"),
        ("cases/", {"patient": str(patient.pk), "accession": f"a{sign}b"}, "accession"),
    ):
        refusal = client.send("POST", path, body)
        (error,) = refusal.json()["errors"]
        assert (refusal.status_code, error["code"], error["attr"]) == (400, "invalid", field)
        assert "cannot be seen" in error["detail"]


def test_number_in_persian_and_with_spaces_around_is_taken(client, clinic):
    registered = client.send("POST", "patients/", {"clinic": clinic.slug, "number": " \u06f1\u06f2-7 "})
    assert registered.json()["number"] == "12-7"
    accession = "خون\u200cشناسی 12"  # noqa: RUF001 - Persian
    opened = client.send("POST", "cases/", {"patient": registered.json()["id"], "accession": f" {accession}\n"})
    assert opened.json()["accession"] == accession
