import uuid
from decimal import Decimal

import pytest

from diagnosis.errors import AlreadyExists, NotAllowed, PatientDiffers
from diagnosis.models import Case, Patient
from diagnosis.services import intake, submission
from tests import factories

pytestmark = pytest.mark.django_db


def submit(clinic, by, *, number="K-1", draft=None, patient_facts=None, **facts):
    return submission.submit_case(
        clinic=clinic,
        by=by,
        draft=draft or uuid.uuid4(),
        number=number,
        patient_facts=patient_facts or {},
        **facts,
    )


def test_new_number_registers_a_patient_and_a_known_one_does_not(clinic, doctor):
    first = submit(clinic, doctor, patient_facts={"year_of_birth": 2010})
    second = submit(clinic, doctor, number=" K-1 ")
    assert first.patient == second.patient == Patient.objects.get()
    assert first.accession != second.accession


def test_capitals_tell_no_two_patients_apart(clinic, doctor):
    first, second = submit(clinic, doctor, number="K-1"), submit(clinic, doctor, number="k-1")
    assert first.patient == second.patient == Patient.objects.get()
    with pytest.raises(AlreadyExists):
        intake.register_patient(clinic=clinic, by=doctor, number="k-1")


@pytest.mark.parametrize("number", ["K-1", "k-1"])
def test_two_patients_of_before_that_rule_stay_two(clinic, doctor, number):
    patients = {spelled: factories.PatientFactory.create(clinic=clinic, number=spelled) for spelled in ("K-1", "k-1")}
    assert submit(clinic, doctor, number=number).patient == patients[number]


def test_draft_sent_twice_is_one_case(clinic, doctor):
    draft = uuid.uuid4()
    assert submit(clinic, doctor, draft=draft) == submit(clinic, doctor, draft=draft, number=" K-1")
    assert Case.objects.count() == Patient.objects.count() == 1


def test_draft_that_comes_back_for_another_patient_is_refused(clinic, doctor):
    sent = submit(clinic, doctor)
    with pytest.raises(AlreadyExists, match=f"sent as case {sent.accession}"):
        submit(clinic, doctor, draft=sent.pk, number="K-2")


@pytest.mark.parametrize(
    "changed",
    [{"priority": "stat"}, {"clinical_notes": "Petechiae."}, {"white_cells": Decimal("38.5")}, {"accession": "A-1"}],
)
def test_draft_that_was_changed_before_it_came_again_is_not_taken_for_the_same(clinic, doctor, changed):
    sent = submit(clinic, doctor)
    with pytest.raises(AlreadyExists, match=f"as case {sent.accession}, and the case stands as it first arrived"):
        submit(clinic, doctor, draft=sent.pk, **changed)


def test_patient_who_was_changed_before_the_draft_came_again_is_not_taken_for_the_same(clinic, doctor):
    sent = submit(clinic, doctor, patient_facts={"year_of_birth": 2010})
    with pytest.raises(PatientDiffers):
        submit(clinic, doctor, draft=sent.pk, patient_facts={"year_of_birth": 2011})


def test_draft_with_a_microscope_sent_twice_is_one_case(clinic, doctor):
    device = clinic.devices.create(name="Axio")
    sent = submit(clinic, doctor, microscope=device)
    assert submit(clinic, doctor, draft=sent.pk, microscope=device) == sent


def test_draft_of_somebody_else_is_nobodys_way_to_a_case(clinic, doctor):
    theirs = factories.case()
    with pytest.raises(AlreadyExists):
        submit(clinic, doctor, draft=theirs.pk)


def test_same_number_at_another_clinic_is_another_patient(clinic, doctor):
    elsewhere = factories.PatientFactory.create(number="K-1", year_of_birth=1950)
    assert submit(clinic, doctor).patient != elsewhere


@pytest.mark.parametrize(
    ("given", "differs"),
    [
        ({"year_of_birth": 2015, "sex": "female"}, False),
        ({"year_of_birth": None, "sex": "unknown", "name": ""}, False),
        ({"year_of_birth": 2016}, True),
        ({"sex": "male"}, True),
        ({"name": "Ada"}, True),
    ],
)
def test_facts_that_contradict_the_register_stop_the_case(clinic, doctor, given, differs):
    factories.PatientFactory.create(clinic=clinic, number="K-1", year_of_birth=2015, sex="female")
    if differs:
        with pytest.raises(PatientDiffers, match="year of birth 2015, sex female"):
            submit(clinic, doctor, patient_facts=given)
    else:
        submit(clinic, doctor, patient_facts=given)
    assert Case.objects.exists() is not differs


def test_refused_case_leaves_no_patient_behind(clinic, doctor):
    factories.case(by=doctor, accession="A-1")
    with pytest.raises(AlreadyExists):
        submit(clinic, doctor, number="K-2", accession="A-1")
    assert not Patient.objects.filter(number="K-2").exists()


def test_administrator_submits_nothing(clinic):
    with pytest.raises(NotAllowed):
        submit(clinic, factories.administrator(clinic))


def test_number_in_other_digits_and_hyphens_is_the_same_patient(clinic, doctor):
    first, second = (
        submit(clinic, doctor, number="K-1234"),
        submit(clinic, doctor, number="K\N{NON-BREAKING HYPHEN}۱۲۳۴"),
    )
    assert first.patient == second.patient
    assert submit(clinic, doctor, number="۵۶").patient.number == "56"
