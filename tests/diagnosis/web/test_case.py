import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from diagnosis.choices import CaseStatus, Subtype
from diagnosis.models import Case
from diagnosis.services import intake, questions, reviews
from diagnosis.templatetags.portal import at_clinic
from tests import factories

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def doctor(client, clinic):
    doctor = factories.submitter(clinic)
    client.force_login(doctor)
    return doctor


def page_of(client, case):
    return client.get(reverse("case", args=[case.pk])).content.decode()


def image(name="field.jpg", seed=None):
    return SimpleUploadedFile(name, factories.picture_bytes(seed))


def send(client, case, *files, **options):
    return client.post(reverse("upload", args=[case.pk]), {"images": list(files)}, **options)


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


def test_uploaded_image_is_stored_and_recognised(client, doctor):
    case = factories.case(by=doctor)
    stored = send(client, case, image("a.jpg", 1), headers=JSON)
    again = send(client, case, image("b.jpg", 1), headers=JSON)
    assert (stored.status_code, stored.json()["sentence"]) == (201, "Stored as image 1.")
    assert (again.status_code, again.json()["sentence"]) == (200, "The same as image 1; it is kept once.")
    assert case.smears.get().original_name == "a.jpg"


@pytest.mark.parametrize(
    ("content", "code", "advice"),
    [
        (b"words", "not_an_image", "Export the field of view as JPEG or PNG."),
        (b"", "empty_file", "Save the image again"),
        (factories.picture_bytes(1)[:900], "truncated_image", "Copy it from the camera again"),
    ],
)
def test_refused_file_says_what_to_do(client, doctor, content, code, advice):
    case = factories.case(by=doctor)
    answer = send(client, case, io.BytesIO(content), headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["code"] == code
    assert advice in answer.json()["sentence"]
    assert not case.smears.exists()


def test_upload_without_a_file_says_so(client, doctor):
    case = factories.case(by=doctor)
    answer = client.post(reverse("upload", args=[case.pk]), headers=JSON)
    assert (answer.status_code, answer.json()["sentence"]) == (400, "Add at least one image of the smear.")


def test_closed_case_takes_no_image(client, doctor):
    case = intake.withdraw(case=factories.case(by=doctor), by=doctor)
    answer = send(client, case, image(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (409, "case_closed")


def test_bare_form_sends_several_and_names_what_was_refused(client, doctor):
    case = factories.case(by=doctor)
    rubbish = SimpleUploadedFile("notes.png", b"words")
    answer = send(client, case, image("a.jpg"), rubbish, image("b.jpg"), follow=True)
    page = answer.content.decode()
    assert "notes.png: The file is not a JPEG" in page
    assert "Stored: images 1 and 2." in page


def test_withdrawn_case_stays_readable(client, doctor):
    case = factories.analysed_case(by=doctor)
    answer = client.post(reverse("withdraw", args=[case.pk]), follow=True)
    assert Case.objects.get().status == CaseStatus.WITHDRAWN
    assert "The case is withdrawn." in answer.content.decode()
    twice = client.post(reverse("withdraw", args=[case.pk]), follow=True)
    assert "This case is closed." in twice.content.decode()


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


@pytest.mark.parametrize("role", ["specialist", "administrator"])
def test_run_again_leads_back_to_the_case(client, clinic, role):
    case = factories.analysed_case(clinic=clinic)
    client.force_login(factories.member(clinic, role))
    smear = case.smears.first()
    answer = client.post(reverse("run-again", args=[smear.pk]), {"from": "case"}, follow=True)
    assert answer.redirect_chain == [(reverse("case", args=[case.pk]), 302)]
    assert "Image 1 is being analysed again." in answer.content.decode()
    assert smear.analyses.count() == 2


def test_clinic_answers_a_specialists_question(client, doctor, clinic):
    case = factories.analysed_case(by=doctor)
    question = questions.ask(case=case, by=factories.specialist(clinic), text="Was vincristine given?")
    page = page_of(client, case)
    assert "Was vincristine given?" in page
    assert "Awaiting an answer" in page
    address = reverse("answer", args=[case.pk, question.pk])
    answer = client.post(address, {"answer": "Yes, on Monday."}, follow=True)
    assert answer.redirect_chain[-1][0].endswith("#questions")
    assert "Yes, on Monday." in answer.content.decode()
    assert question.answer.by == doctor


def test_answer_without_words_is_refused_with_a_sentence(client, doctor, clinic):
    case = factories.analysed_case(by=doctor)
    question = questions.ask(case=case, by=factories.specialist(clinic), text="Which stain?")
    answer = client.post(reverse("answer", args=[case.pk, question.pk]), {"answer": " "}, follow=True)
    assert "Write the answer." in answer.content.decode()


def test_question_of_another_case_is_not_found(client, doctor, clinic):
    case, other = factories.case(by=doctor), factories.case(by=doctor)
    question = questions.ask(case=other, by=factories.specialist(clinic), text="Which stain?")
    assert client.post(reverse("answer", args=[case.pk, question.pk]), {"answer": "x"}).status_code == 404


def test_question_comes_to_an_open_page_by_itself_and_only_when_it_is_new(client, doctor, clinic):
    case = factories.analysed_case(by=doctor)
    seen = client.get(reverse("case", args=[case.pk])).context

    def look():
        given = {"seen": seen["seen"], "questions": seen["seen_questions"]}
        return client.get(reverse("case-progress", args=[case.pk]), given, headers={"HX-Request": "true"})

    assert look().status_code == 204
    questions.ask(case=case, by=factories.specialist(clinic), text="Which stain?")
    part = look().content.decode()
    assert "Which stain?" in part
    assert "Read the question" in part
    seen = look().context
    factories.smear(case)
    assert "Which stain?" not in look().content.decode()


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
