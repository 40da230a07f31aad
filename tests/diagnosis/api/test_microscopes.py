"""The microscope that software names for a case."""

from uuid import uuid4

import pytest

from diagnosis.models import Case
from tests import factories
from tests.diagnosis.api.software import software

pytestmark = pytest.mark.django_db


def test_case_names_a_microscope_of_its_clinic_and_its_images_get_a_scale():
    doctor = factories.submitter(factories.ClinicFactory.create())
    clinic = doctor.memberships.get().clinic
    device = clinic.devices.create(name="Axio 100x", micrometres_per_pixel=0.065)
    clinic.devices.create(name="Put away", is_active=False)
    patient = factories.PatientFactory.create(clinic=clinic)
    api = software(doctor)
    listed = api.get("/api/v1/clinics/").json()["results"][0]["microscopes"]
    assert listed == [{"id": str(device.pk), "name": "Axio 100x", "micrometres_per_pixel": 0.065}]
    opened = api.send("POST", "cases/", {"patient": str(patient.pk), "microscope": str(device.pk)}).json()
    assert (opened["microscope"], opened["device"]) == (str(device.pk), "Axio 100x")
    assert factories.smear(Case.objects.get()).micrometres_per_pixel == 0.065


@pytest.mark.parametrize("is_own", [True, False])
def test_microscope_that_is_put_away_or_of_another_clinic_is_not_known(is_own):
    doctor = factories.submitter(factories.ClinicFactory.create())
    clinic = doctor.memberships.get().clinic
    owner = clinic if is_own else factories.ClinicFactory.create()
    device = owner.devices.create(name="Axio", is_active=not is_own)
    patient = factories.PatientFactory.create(clinic=clinic)
    refused = software(doctor).send("POST", "cases/", {"patient": str(patient.pk), "microscope": str(device.pk)})
    assert refused.status_code == 400
    assert [(error["attr"], error["code"]) for error in refused.json()["errors"]] == [("microscope", "does_not_exist")]
    assert not Case.objects.exists()


def test_microscope_that_is_none_of_the_clinics_is_refused_in_words():
    doctor = factories.submitter(factories.ClinicFactory.create())
    clinic = doctor.memberships.get().clinic
    patient = factories.PatientFactory.create(clinic=clinic)
    refusal = software(doctor).send("POST", "cases/", {"patient": str(patient.pk), "microscope": str(uuid4())})
    (error,) = refusal.json()["errors"]
    assert (refusal.status_code, error["attr"]) == (400, "microscope")
    assert "list of clinics" in error["detail"]
