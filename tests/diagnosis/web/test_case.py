"""The page of a case: its facts, its state as it changes, and who may do what there."""

import pytest
from django.urls import reverse

from diagnosis.choices import CaseStatus, Subtype
from diagnosis.models import Case
from diagnosis.services import intake, reviews
from diagnosis.templatetags.portal import at_clinic
from tests import factories

pytestmark = pytest.mark.django_db


def page_of(client, case):
    return client.get(reverse("case", args=[case.pk])).content.decode()


def test_case_page_shows_its_facts(client, doctor, clinic):
    patient = factories.PatientFactory.create(clinic=clinic, number="K-5", year_of_birth=2014, sex="male")
    case = factories.case(
        by=doctor, patient=patient, stain="Wright", white_cells="41.20", clinical_notes="Fever.\nBruises."
    )
    page = page_of(client, case)
    for fact in (
        case.accession,
        "K-5",
        "2014",
        "Male",
        "Wright",
        "41.20 \N{MULTIPLICATION SIGN} 10",
        "Fever.<br>Bruises.",
        "Awaiting images",
    ):
        assert fact in page


@pytest.mark.parametrize("outcome", ["abstained", "novel", "unsuitable"])
def test_image_without_a_class_shows_none(client, doctor, outcome):
    result = factories.unanswered(outcome, prediction_set=["benign", "early"] if outcome == "abstained" else [])
    page = page_of(client, factories.analysed_case(by=doctor, results=[result]))
    for label in Subtype.labels:
        assert str(label) not in page


def test_refused_quality_says_what_to_do(client, doctor):
    case = factories.analysed_case(by=doctor, results=[factories.unanswered("unsuitable")])
    assert "Out of focus: refocus with the fine knob and retake." in page_of(client, case)


def test_stage_report_is_shown_in_its_own_words_and_as_unsigned(client, doctor):
    case = factories.analysed_case(by=doctor, results=[factories.machine_result("early")] * 3)
    page = page_of(client, case)
    assert factories.FLAGGED_SENTENCE in page
    assert "not signed" in page
    assert "Critical" in page


def test_progress_sends_nothing_while_nothing_changed(client, doctor):
    case = factories.case(by=doctor)
    first = factories.smear(case)
    factories.smear(case)
    seen = client.get(reverse("case", args=[case.pk])).context["seen"]
    address = reverse("case-progress", args=[case.pk])
    assert client.get(address, {"seen": seen}).status_code == 204
    factories.analyse(first)
    changed = client.get(address, {"seen": seen})
    assert changed.status_code == 200
    assert "1 of 2 images analysed" in changed.content.decode()


def test_case_that_turns_critical_shows_its_new_due_time_by_itself(client, doctor, clinic):
    case = factories.case(by=doctor)
    smears = [factories.smear(case) for _ in range(3)]
    page = client.get(reverse("case", args=[case.pk]))
    first_due = f"Due {at_clinic(case.due_at, clinic)}"
    assert first_due in page.content.decode()
    for smear in smears:
        factories.analyse(smear, factories.machine_result("early"))
    case.refresh_from_db()
    part = client.get(reverse("case-progress", args=[case.pk]), {"seen": page.context["seen"]}).content.decode()
    assert "Critical" in part
    assert f"Due {at_clinic(case.due_at, clinic)}" in part
    assert first_due not in part


def test_closed_case_is_looked_at_no_more(client, doctor):
    case = factories.analysed_case(by=doctor)
    looks_at = reverse("case-progress", args=[case.pk])
    assert looks_at in page_of(client, case)
    intake.withdraw(case=case, by=doctor)
    assert looks_at not in page_of(client, case)


def test_signed_report_is_linked(client, doctor, clinic):
    case = factories.analysed_case(by=doctor)
    reader = factories.specialist(clinic)
    review = reviews.decide(
        case=case,
        by=reader,
        decision="agree",
        finding="no_blasts_seen",
        seen_stage_report=case.current_stage_report_id,
    )
    reviews.sign_off(review=review, by=reader, password=factories.PASSWORD, seen=reviews.preview(review)[1])
    page = page_of(client, case)
    assert '<p class="signed-finding">No blasts seen</p>' in page
    assert f"Signed by <bdi>{reader.signature_name}</bdi>" in page
    assert reverse("signed-report", args=[case.pk, 1]) in page
    assert "Add more images" not in page


def test_roles_see_what_they_may_do(client, clinic):
    case = factories.analysed_case(clinic=clinic)
    offers = {"Review this case", "Run again", "Add more images", "Withdraw this case"}
    seen = {}
    for role in ("submitter", "specialist", "administrator"):
        client.force_login(factories.member(clinic, role))
        page = page_of(client, case)
        seen[role] = {offer for offer in offers if offer in page}
    assert seen == {
        "submitter": {"Add more images", "Withdraw this case"},
        "specialist": offers,
        "administrator": {"Run again"},
    }


def test_withdrawn_case_stays_readable(client, doctor):
    case = factories.analysed_case(by=doctor)
    answer = client.post(reverse("withdraw", args=[case.pk]), follow=True)
    assert Case.objects.get().status == CaseStatus.WITHDRAWN
    assert "The case is withdrawn." in answer.content.decode()
    twice = client.post(reverse("withdraw", args=[case.pk]), follow=True)
    assert "This case is signed or withdrawn already" in twice.content.decode()


def test_role_that_may_not_withdraw_reads_why(client, clinic):
    case = factories.case(clinic=clinic)
    client.force_login(factories.administrator(clinic))
    answer = client.post(reverse("withdraw", args=[case.pk]))
    assert answer.status_code == 403
    assert "Your role at this clinic does not include this." in answer.content.decode()


def test_case_page_takes_the_same_queries_however_many_images(client, doctor, django_assert_max_num_queries):
    one = factories.analysed_case(by=doctor, results=[factories.machine_result()])
    many = factories.analysed_case(by=doctor, results=[factories.machine_result()] * 8)
    with django_assert_max_num_queries(20) as few:
        page_of(client, one)
    with django_assert_max_num_queries(len(few)):
        page_of(client, many)


def test_blind_reader_learns_nothing_of_the_machine_here(client, clinic):
    clinic.reads_blind = True
    clinic.save(update_fields=["reads_blind"])
    results = [factories.machine_result("early"), factories.unanswered("abstained", prediction_set=["benign", "early"])]
    case = factories.analysed_case(
        by=factories.submitter(clinic), results=[*results, factories.machine_result("early")]
    )
    client.force_login(factories.specialist(clinic))
    page = page_of(client, case)
    assert factories.FLAGGED_SENTENCE not in page
    assert "gives this image no class" not in page
    client.force_login(case.submitted_by)
    assert "gives this image no class" in page_of(client, case)
