import io
import threading
from decimal import Decimal

import pytest
from django.db import connection

from diagnosis import errors
from diagnosis.choices import Act, AnalysisStatus, CaseStatus
from diagnosis.models import Analysis, AuditRecord, Smear, StoredFile
from diagnosis.services import intake
from tests import factories

pytestmark = pytest.mark.django_db


def upload(case, data, name="field.jpg"):
    return intake.add_smear(case=case, by=case.submitted_by, upload=io.BytesIO(data), name=name)


def test_it_works():
    case = factories.case()
    registered = upload(case, factories.picture_bytes())
    assert registered.created
    assert registered.analysis.status == AnalysisStatus.QUEUED
    assert StoredFile.objects.get().name == registered.smear.image.name
    assert list(AuditRecord.objects.filter(case=case).values_list("act", flat=True)) == [
        Act.SMEAR_STORED,
        Act.CASE_OPENED,
    ]


def test_same_image_again_is_the_same_smear():
    case = factories.case()
    data = factories.picture_bytes()
    first, second = upload(case, data), upload(case, data, name="copy.jpg")
    assert second.smear == first.smear
    assert second.analysis == first.analysis
    assert not second.created
    assert Smear.objects.count() == Analysis.objects.count() == StoredFile.objects.count() == 1


def test_same_image_in_another_case_is_another_smear():
    data = factories.picture_bytes()
    upload(factories.case(), data)
    assert upload(factories.case(), data).created


@pytest.mark.django_db(transaction=True)
def test_same_image_uploaded_at_the_same_moment_is_one_smear():
    case, data, outcomes = factories.case(), factories.picture_bytes(), []

    def send():
        try:
            outcomes.append(upload(case, data).created)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True]
    assert Smear.objects.count() == Analysis.objects.count() == 1


def test_refused_image_leaves_nothing_behind():
    case = factories.case()
    with pytest.raises(errors.NotAnImage):
        upload(case, b"no image at all")
    assert not Smear.objects.exists()
    assert not StoredFile.objects.exists()


def test_refused_image_stands_in_the_audit_trail():
    case = factories.case()
    with pytest.raises(errors.EmptyFile):
        upload(case, b"")
    assert AuditRecord.objects.get(act=Act.IMAGE_REFUSED).detail == {"reason": "empty_file"}


@pytest.mark.parametrize(
    ("count", "value"), [("haemoglobin", "9.5"), ("white_cells", "12000"), ("platelets", "150000")]
)
def test_count_in_another_unit_is_refused_with_the_unit_that_is_meant(count, value):
    with pytest.raises(errors.ImplausibleCount, match="asked for in"):
        factories.case(**{count: Decimal(value)})


def test_images_are_numbered_in_the_order_they_came():
    case = factories.case()
    assert [upload(case, factories.picture_bytes()).smear.number for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("status", [CaseStatus.SIGNED, CaseStatus.WITHDRAWN])
def test_closed_case_takes_no_images(status):
    case = factories.case()
    case.status = status
    case.save()
    with pytest.raises(errors.CaseClosed):
        upload(case, factories.picture_bytes())


def test_patient_number_is_taken_once_per_clinic():
    clinic = factories.ClinicFactory.create()
    doctor = factories.submitter(clinic)
    intake.register_patient(clinic=clinic, by=doctor, number="17")
    with pytest.raises(errors.AlreadyExists):
        intake.register_patient(clinic=clinic, by=doctor, number=" 17 ")
    other = factories.ClinicFactory.create()
    intake.register_patient(clinic=other, by=factories.submitter(other), number="17")


def test_names_are_refused_unless_the_clinic_stores_them():
    clinic = factories.ClinicFactory.create()
    doctor = factories.submitter(clinic)
    with pytest.raises(errors.NamesAreOff):
        intake.register_patient(clinic=clinic, by=doctor, number="1", name="Jo Doe")
    clinic.stores_names = True
    clinic.save()
    assert intake.register_patient(clinic=clinic, by=doctor, number="1", name="Jo Doe").name == "Jo Doe"


@pytest.mark.parametrize("facts", [{"number": ""}, {"number": "1", "sex": "x"}, {"number": "1", "year_of_birth": -4}])
def test_patient_facts_out_of_range_are_refused_with_a_sentence(facts):
    clinic = factories.ClinicFactory.create()
    with pytest.raises(errors.Invalid) as refusal:
        intake.register_patient(clinic=clinic, by=factories.submitter(clinic), **facts)
    assert refusal.value.sentence


def test_accession_numbers_follow_each_other():
    clinic = factories.ClinicFactory.create(slug="north")
    doctor = factories.submitter(clinic)
    first, second = (factories.case(by=doctor) for _ in range(2))
    assert first.accession.startswith("NORTH-")
    assert int(second.accession.split("-")[-1]) == int(first.accession.split("-")[-1]) + 1


def test_given_accession_is_taken_once():
    doctor = factories.submitter(factories.ClinicFactory.create())
    factories.case(by=doctor, accession="X1")
    with pytest.raises(errors.AlreadyExists):
        factories.case(by=doctor, accession="X1")


@pytest.mark.parametrize(("priority", "minutes"), [("routine", 1440), ("urgent", 240), ("stat", 120)])
def test_priority_sets_the_due_time_and_the_queue(priority, minutes):
    case = factories.case(priority=priority)
    assert (case.due_at - case.submitted_at).total_seconds() == minutes * 60
    assert upload(case, factories.picture_bytes()).analysis.priority == priority


def test_outsider_and_administrator_submit_nothing():
    clinic = factories.ClinicFactory.create()
    case = factories.case(clinic=clinic)
    for user in (factories.outsider(), factories.administrator(clinic)):
        with pytest.raises(errors.NotAllowed):
            intake.add_smear(case=case, by=user, upload=io.BytesIO(factories.picture_bytes()))


def test_withdrawn_case_cancels_what_waits():
    case = factories.case()
    smear = factories.smear(case)
    intake.withdraw(case=case, by=case.submitted_by)
    assert smear.analyses.get().status == AnalysisStatus.CANCELLED
    with pytest.raises(errors.CaseClosed, match="signed or withdrawn already"):
        intake.withdraw(case=case, by=case.submitted_by)


def test_nothing_that_identifies_a_patient_reaches_the_log(caplog, capsys):
    clinic = factories.ClinicFactory.create(stores_names=True)
    doctor = factories.submitter(clinic)
    patient = intake.register_patient(clinic=clinic, by=doctor, number="SECRET-77", name="Jo Confidential")
    case = intake.open_case(patient=patient, by=doctor, clinical_notes="hidden note")
    upload(case, factories.picture_bytes(), name="Jo Confidential.jpg")
    written = caplog.text + "".join(capsys.readouterr())
    written += str(list(AuditRecord.objects.values_list("detail", flat=True)))
    for secret in ("SECRET-77", "Confidential", "hidden note"):
        assert secret not in written
