"""The same image in two cases: said to whoever sent it, to whoever reads it and to software, and never refused."""

import io

import pytest
from django.urls import reverse

from diagnosis import selectors
from diagnosis.choices import Finding
from diagnosis.models import Membership
from diagnosis.services import drafts, intake
from tests import factories
from tests.diagnosis.api.software import software
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def doctor(clinic):
    return factories.submitter(clinic)


@pytest.fixture
def case(doctor):
    return with_image(by=doctor)


def with_image(seed=7, **facts):
    case = factories.case(**facts)
    factories.smear(case, seed=seed)
    return case


def page_of(client, user, shown, *, route="case"):
    client.force_login(user)
    return " ".join(client.get(reverse(route, args=[shown.pk])).content.decode().split())


def test_image_of_another_patient_is_taken_and_both_who_send_it_are_told(client, doctor, case):
    other = with_image(by=doctor)
    page = page_of(client, doctor, other)
    assert f'Image 1 is also in case <a href="{reverse("case", args=[case.pk])}">' in page
    assert f"of patient <bdi>{case.patient.number}</bdi>. Check which patient is right. Withdraw" in page
    assert f"<bdi>{other.accession}</bdi></a> of patient" in page_of(client, doctor, case)


def test_reader_is_told_to_ask_the_clinic_which_patient_is_right(client, clinic, doctor, case):
    other = with_image(by=doctor)
    factories.smear(case, seed=8)
    factories.smear(other, seed=8)
    page = page_of(client, factories.specialist(clinic), other, route="review")
    assert "Images 1, 2 are also in case" in page
    assert f"<bdi>{case.accession}</bdi></a> of another patient. Ask the clinic which patient is right." in page


def test_reader_is_told_once_more_before_signing(client, clinic, doctor, case):
    other, reader = with_image(by=doctor), factories.specialist(clinic)
    factories.analyse(other.smears.get())
    other.refresh_from_db()
    opinion = drafts.save(
        case=other,
        by=reader,
        fields={"decision": "correct", "finding": "no_blasts_seen", "reasons": "A second field is clear."},
        revision=0,
        seen_stage_report=other.current_stage_report_id,
    )
    page = page_of(client, reader, opinion, route="sign")
    assert "Read, then sign" in page
    assert f"<bdi>{case.accession}</bdi></a> of another patient. Ask the clinic which patient is right." in page


def test_second_case_of_the_same_patient_is_mentioned_gently(client, clinic, doctor, case):
    other = with_image(by=doctor, patient=case.patient)
    for page in (
        page_of(client, doctor, other),
        page_of(client, factories.specialist(clinic), other, route="review"),
    ):
        assert f"<bdi>{case.accession}</bdi></a> of the same patient." in page
        assert "another patient" not in page
        assert "which patient is right" not in page


def test_case_of_another_clinic_is_mentioned_without_what_identifies_it(client, case):
    elsewhere = with_image()
    readers = [
        (elsewhere.submitted_by, "case", "Check which patient is right."),
        (factories.specialist(elsewhere.clinic), "review", "Ask the clinic which patient is right."),
    ]
    for user, route, advice in readers:
        page = page_of(client, user, elsewhere, route=route)
        assert f"Image 1 is also in a case of another clinic. {advice}" in page
        for secret in (case.accession, case.patient.number, str(case.pk)):
            assert secret not in page


def test_case_of_another_clinic_is_named_to_who_has_a_role_there(case):
    elsewhere = with_image()
    reader = factories.specialist(elsewhere.clinic)
    Membership.objects.create(user=reader, clinic=case.clinic, role="specialist")
    assert [same.case for same in selectors.same_images(elsewhere, seen_by=reader)] == [case]


def test_blind_reader_is_told_which_case_and_not_led_to_it(client, clinic, doctor, case):
    other = with_image(by=doctor, patient=case.patient)
    factories.analyse(case.smears.get(), factories.machine_result("early"))
    sign(case, finding="no_blasts_seen")
    clinic.reads_blind = True
    clinic.save()
    reader = factories.specialist(clinic)
    for route in ("review", "case"):
        page = page_of(client, reader, other, route=route)
        assert f"Image 1 is also in case <bdi>{case.accession}</bdi> of the same patient." in page
        assert "opens once your opinion is committed" in page
        assert str(case.pk) not in page
        assert str(Finding.NO_BLASTS_SEEN.label) not in page.split("Other cases of this patient")[-1]
    assert f'<a href="{reverse("case", args=[case.pk])}">' in page_of(client, doctor, other)


def test_several_cases_are_one_line_that_opens(client, clinic, doctor, case):
    others = [with_image(by=doctor), with_image(by=doctor, patient=case.patient), with_image()]
    page = page_of(client, factories.specialist(clinic), case, route="review")
    bar = page.split('class="notice same-images caution"')[1].split("</details>")[0]
    assert page.count("same-images") == 1
    assert "<details> <summary>Images of this case are also in 3 other cases.</summary>" in bar
    assert all(words in bar for words in (others[0].accession, others[1].accession, "a case of another clinic."))
    assert bar.count("Ask the clinic which patient is right.") == 1


def test_closed_case_says_what_can_still_be_done(client, clinic, doctor, case):
    other = with_image(by=doctor)
    factories.analyse(other.smears.get())
    reader = factories.specialist(clinic)
    sign(other, by=reader)
    amend = {"case": "ask the specialist to amend the signed report.", "review": "amend the signed report."}
    for user, route in ((doctor, "case"), (reader, "review")):
        page = page_of(client, user, other, route=route)
        assert amend[route] in page
        assert "Withdraw the case that is wrong" not in page
    withdrawn = with_image(by=doctor)
    intake.withdraw(case=withdrawn, by=doctor)
    page = page_of(client, doctor, withdrawn)
    assert f"<bdi>{case.accession}</bdi></a> of patient" in page
    assert "which patient is right" not in page


def test_nothing_is_said_once_the_wrong_case_is_withdrawn(doctor, case):
    other = with_image(by=doctor)
    intake.withdraw(case=case, by=doctor)
    assert selectors.same_images(other, seen_by=doctor) == []


def test_nothing_is_said_of_images_that_differ(doctor, case):
    assert selectors.same_images(with_image(by=doctor, seed=9), seen_by=doctor) == []


def test_open_page_hears_of_it_by_itself(client, doctor, case):
    client.force_login(doctor)
    seen = client.get(reverse("case", args=[case.pk])).context["seen"]
    address = reverse("case-progress", args=[case.pk])
    assert client.get(address, {"seen": seen}).status_code == 204
    other = with_image(by=doctor)
    assert other.accession in client.get(address, {"seen": seen}).content.decode()


def test_form_says_it_before_the_case_is_open(client, doctor, case):
    upload = factories.upload(by=doctor, data=factories.picture_bytes(7))
    client.force_login(doctor)
    said = client.get(reverse("uploads"), {"draft": str(upload.draft)}).json()["uploads"][0]
    assert said["warned"]
    sentence = said["sentence"].translate({0x2068: None, 0x2069: None})
    assert f"in case {case.accession} of patient {case.patient.number}: check that it belongs here." in sentence


def test_form_names_no_case_of_another_clinic(client, case):
    upload = factories.upload(by=factories.submitter(factories.ClinicFactory.create()), data=factories.picture_bytes(7))
    client.force_login(upload.by)
    said = client.get(reverse("uploads"), {"draft": str(upload.draft)}).json()["uploads"][0]
    assert "in a case of another clinic: check that it is this patient's." in said["sentence"]
    assert case.patient.number not in said["sentence"]


def test_software_is_told_in_the_smear(doctor, case):
    other = factories.case(by=doctor)
    api = software(doctor)
    taken = api.upload(other, factories.picture_bytes(7))
    assert taken.status_code == 202
    elsewhere = [{"case": f"http://testserver{reverse('api:case', args=[case.pk])}", "is_same_patient": False}]
    assert taken.json()["smear"]["also_in"] == elsewhere
    assert api.get(reverse("api:case", args=[other.pk])).json()["smears"][0]["also_in"] == elsewhere
    assert api.get(reverse("api:smear", args=[case.smears.get().pk])).json()["also_in"]
    listed = api.get(reverse("api:case-smears", args=[other.pk])).json()["results"]
    assert listed[0]["also_in"] == elsewhere


def test_software_of_another_clinic_learns_no_address(case):
    elsewhere = factories.case()
    intake.add_smear(case=elsewhere, by=elsewhere.submitted_by, upload=io.BytesIO(factories.picture_bytes(7)))
    smear = software(elsewhere.submitted_by).get(reverse("api:smear", args=[elsewhere.smears.get().pk])).json()
    assert smear["also_in"] == [{"case": None, "is_same_patient": False}]


def test_software_of_a_blind_reader_is_not_led_to_the_machines_answer_on_the_same_image(clinic, doctor, case):
    with_image(by=doctor)
    clinic.reads_blind = True
    clinic.save()
    api = software(factories.specialist(clinic))
    hidden = [{"case": None, "is_same_patient": False}]
    smear = case.smears.get()
    assert api.get(reverse("api:smear", args=[smear.pk])).json()["also_in"] == hidden
    assert api.get(reverse("api:case", args=[case.pk])).json()["smears"][0]["also_in"] == hidden
    assert api.get(reverse("api:case-smears", args=[case.pk])).json()["results"][0]["also_in"] == hidden
    assert software(doctor).get(reverse("api:smear", args=[smear.pk])).json()["also_in"][0]["case"]
