import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from diagnosis.models import Case, Patient
from tests import factories

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(name="Klinikk Nord")


@pytest.fixture
def typed(clinic):
    return {
        "draft": str(uuid.uuid4()),
        "clinic": clinic.pk,
        "patient_number": "K-1",
        "year_of_birth": "2018",
        "sex": "female",
        "priority": "stat",
        "specimen": "marrow",
        "stain": "Leishman",
        "haemoglobin": "71,5",
        "clinical_notes": "Bruises.",
    }


def submit(client, typed, **changes):
    return client.post(reverse("submit"), {**typed, **changes}, headers=JSON)


def test_facts_open_the_case_and_say_where_the_images_go(client, doctor, typed):
    answer = submit(client, typed)
    case = Case.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "accession": case.accession,
        "case": reverse("case", args=[case.pk]),
        "upload": reverse("upload", args=[case.pk]),
    }
    assert (case.priority, case.specimen, case.stain, str(case.haemoglobin)) == ("stat", "marrow", "Leishman", "71.5")
    assert (case.patient.number, case.patient.year_of_birth, case.patient.sex) == ("K-1", 2018, "female")
    assert case.submitted_by == doctor


def test_draft_that_arrives_twice_is_one_case(client, doctor, typed):
    assert submit(client, typed).json() == submit(client, typed).json()
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"patient_number": " "}, "patient_number", "Type the clinic's number of the patient."),
        ({"year_of_birth": "1066"}, "year_of_birth", "Type a year from 1880"),
        (
            {"year_of_birth": "۱۳۵۹"},
            "year_of_birth",
            "1359 looks like a Solar Hijri year. Give the Gregorian year: 1980",
        ),
        ({"year_of_birth": "1500"}, "year_of_birth", "Type a year from 1880"),
        ({"year_of_birth": str(timezone.now().year + 1)}, "year_of_birth", "Type a year from 1880"),
        ({"year_of_birth": "young"}, "year_of_birth", "Type the year with four digits."),
        ({"white_cells": "many"}, "white_cells", "Enter a number."),
        ({"platelets": "-1"}, "platelets", "greater than or equal to 0"),
        ({"patient_name": "Ada"}, "patient_name", "This clinic does not store patient names."),
        ({"clinic": "999999"}, "clinic", "Select a valid choice."),
        ({"priority": "yesterday"}, "priority", "Select a valid choice."),
        ({"clinical_notes": "\x00"}, "clinical_notes", "Null characters are not allowed."),
        ({"patient_number": "K\u202e-1"}, "patient_number", "The patient number holds a sign that cannot be seen"),
        ({"accession": "A\u202e-1"}, "accession", "The accession number holds a sign that cannot be seen"),
    ],
)
def test_refused_field_is_named_and_nothing_is_stored(client, doctor, typed, changes, field, sentence):
    answer = submit(client, typed, **changes)
    assert answer.status_code == 400
    assert sentence in " ".join(answer.json()["errors"][field])
    assert not Case.objects.exists()
    assert not Patient.objects.exists()


def test_taken_accession_number_is_said_at_its_field_and_registers_nobody(client, doctor, typed, clinic):
    factories.case(by=doctor, accession="A-1")
    answer = submit(client, typed, accession="A-1")
    assert "already in use" in answer.json()["errors"]["accession"][0]
    assert not Patient.objects.filter(number="K-1").exists()


def test_known_number_with_other_facts_is_refused(client, doctor, typed, clinic):
    factories.PatientFactory.create(clinic=clinic, number="K-1", year_of_birth=1950, sex="male")
    answer = submit(client, typed)
    assert "registered here with year of birth 1950, sex male" in answer.json()["errors"]["patient_number"][0]
    assert submit(client, typed, year_of_birth="", sex="").status_code == 201


def test_refusal_of_no_field_stands_above_the_form(client, doctor, typed):
    assert submit(client, typed).status_code == 201
    assert "was sent as case" in submit(client, typed, patient_number="K-2").json()["errors"]["__all__"][0]


def test_name_is_stored_where_the_clinic_stores_names(client, doctor, typed, clinic):
    clinic.stores_names = True
    clinic.save(update_fields=["stores_names"])
    submit(client, typed, patient_name="Ada")
    assert Patient.objects.get().name == "Ada"


def test_bare_form_needs_an_image_and_keeps_what_was_typed(client, doctor, typed):
    answer = client.post(reverse("submit"), typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Add at least one image of the smear." in page
    assert "Bruises." in page
    assert typed["draft"] in page
    assert not Case.objects.exists()


def test_bare_form_opens_the_case_with_its_images(client, doctor, typed):
    images = [SimpleUploadedFile(f"{n}.jpg", factories.picture_bytes()) for n in range(2)]
    answer = client.post(reverse("submit"), {**typed, "images": images})
    case = Case.objects.get()
    assert answer.url == reverse("case", args=[case.pk])
    assert case.smears.count() == 2


def test_images_that_were_sent_while_the_form_was_typed_join_the_case_in_its_order(client, doctor, typed):
    draft = uuid.UUID(typed["draft"])
    sent = [factories.upload(by=doctor, draft=draft, name=f"{n}.jpg") for n in range(3)]
    left_out = sent.pop()
    answer = submit(client, typed, uploads=[str(upload.pk) for upload in reversed(sent)])
    assert answer.status_code == 201
    assert [smear.original_name for smear in Case.objects.get().smears.all()] == ["1.jpg", "0.jpg"]
    left_out.refresh_from_db()
    assert left_out.smear is None


def test_uploads_of_a_form_that_is_refused_wait_for_it(client, doctor, typed):
    upload = factories.upload(by=doctor, draft=uuid.UUID(typed["draft"]))
    assert submit(client, typed, uploads=[str(upload.pk)], year_of_birth="1066").status_code == 400
    assert submit(client, typed, uploads=[str(upload.pk)]).status_code == 201
    assert Case.objects.get().smears.count() == 1


def test_uploads_that_are_no_ids_are_refused(client, doctor, typed):
    assert submit(client, typed, uploads=["mine"]).status_code == 400


def test_microscope_of_the_clinic_is_chosen_by_name(client, doctor, typed, clinic):
    assert "Microscope of the clinic" not in client.get(reverse("submit")).content.decode()
    device = clinic.devices.create(name="Axio 100x", micrometres_per_pixel=0.065)
    clinic.devices.create(name="Sold", is_active=False)
    page = client.get(reverse("submit")).content.decode()
    assert "Axio 100x</option>" in page
    assert "Sold" not in page
    submit(client, typed, microscope=device.pk)
    assert (Case.objects.get().microscope, Case.objects.get().device) == (device, "Axio 100x")


def test_microscope_of_another_of_the_doctors_clinics_is_refused(client, doctor, typed):
    other = factories.ClinicFactory.create(name="Klinikk Sør")
    doctor.memberships.create(clinic=other, role="submitter")
    device = other.devices.create(name="Axio 100x")
    assert "Axio 100x, Klinikk Sør</option>" in client.get(reverse("submit")).content.decode()
    assert "Choose one of this clinic" in submit(client, typed, microscope=device.pk).json()["errors"]["microscope"][0]


def test_look_up_tells_known_from_new_at_the_chosen_clinic_only(client, doctor, clinic):
    factories.PatientFactory.create(clinic=clinic, number="K-1", year_of_birth=2001, sex="male")
    factories.PatientFactory.create(number="K-2")
    address = reverse("look-up-patient")
    known = client.get(address, {"clinic": clinic.pk, "patient_number": " K-1 "}).content.decode()
    assert "Known at <bdi>Klinikk Nord</bdi>" in known
    assert "born 2001, male" in " ".join(known.split())
    spelled = client.get(address, {"clinic": clinic.pk, "patient_number": "k-1"}).content.decode()
    assert "Known at <bdi>Klinikk Nord</bdi>: <bdi>K-1</bdi>" in " ".join(spelled.split())
    assert "New number" in client.get(address, {"clinic": clinic.pk, "patient_number": "K-2"}).content.decode()
    assert client.get(address, {"clinic": "x", "patient_number": "K-1"}).status_code == 404


def test_doctor_of_several_clinics_chooses(client, doctor, clinic):
    other = factories.ClinicFactory.create(name="Klinikk Sør")
    assert "Klinikk Sør" not in client.get(reverse("submit")).content.decode()
    doctor.memberships.create(clinic=other, role="submitter")
    page = client.get(reverse("submit")).content.decode()
    assert "Klinikk Nord" in page
    assert "Klinikk Sør" in page
    assert '<option value="" selected>Choose the clinic</option>' in page


def test_administrator_is_told_that_submitting_is_not_theirs(client, clinic):
    client.force_login(factories.administrator(clinic))
    answer = client.get(reverse("submit"))
    assert answer.status_code == 403
    assert "Ask a clinic administrator." in answer.content.decode()


def test_counts_in_another_unit_are_named_each_at_its_field(client, doctor, typed):
    errors = submit(client, typed, haemoglobin="9.5", platelets="150000").json()["errors"]
    assert errors["haemoglobin"] == ["Haemoglobin is asked for in g/L: 9.5 g/dL is 95 g/L."]
    assert errors["platelets"] == ["Platelets are asked for in 10⁹/L: 150 000 per µL is 150."]
    assert not Case.objects.exists()


def test_bare_form_describes_the_first_wrong_field_and_leads_to_it(client, doctor, typed):
    image = SimpleUploadedFile("a.jpg", factories.picture_bytes())
    page = client.post(reverse("submit"), {**typed, "images": image, "haemoglobin": "9.5"}).content.decode()
    field = re.search(r'<input[^>]*name="haemoglobin"[^>]*>', page).group()
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_haemoglobin_helptext id_haemoglobin_error"' in field
    assert "autofocus" in field
    assert page.count("autofocus") == 1


def test_every_field_that_may_stay_empty_says_so(client, doctor):
    page = client.get(reverse("submit")).content.decode()
    for name in ("year_of_birth", "clinical_notes", "treatment", "haemoglobin", "white_cells", "platelets", "stain"):
        assert "optional" in re.search(rf'<label for="id_{name}">(.*?)</label>', page, re.DOTALL).group(1)
    assert "optional" not in re.search(r'<label for="id_patient_number">(.*?)</label>', page, re.DOTALL).group(1)
