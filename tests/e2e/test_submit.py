import base64

import pytest
from playwright.sync_api import expect

from diagnosis.choices import CaseStatus, Outcome
from diagnosis.models import Case, Patient, Smear
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

DROP = """async (zone, files) => {
    const carried = new DataTransfer();
    for (const [name, type, content] of files) {
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        carried.items.add(new File([bytes], name, { type }));
    }
    for (const kind of ["dragenter", "dragover", "drop"]) {
        zone.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
    }
}"""


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(name="Klinikk Nord")


def drop(page, files):
    carried = [(name, kind, base64.b64encode(content).decode()) for name, kind, content in files]
    # The words alone may be seen before the sheet that hides them until the script listens.
    page.locator(".dropzone[data-takes]").evaluate(DROP, carried)
    expect(page.get_by_text("Drop or paste images")).to_be_visible()


def upload(page, name):
    return page.locator(".upload", has=page.locator(".upload-name", has_text=name))


def test_doctor_submits_a_case_and_watches_its_analysis(page, sign_in, doctor):
    sign_in(doctor)
    page.locator("#page").get_by_role("link", name="New case").click()
    pictures = [(f"field-{n}.jpg", "image/jpeg", factories.picture_bytes(seed=n)) for n in (1, 2, 3)]
    drop(page, [*pictures, ("notes.jpg", "image/jpeg", b"not an image at all"), ("again.jpg", *pictures[0][1:])])
    expect(page.locator(".upload")).to_have_count(5)
    expect(upload(page, "notes.jpg")).to_contain_text("Export the field of view as JPEG or PNG")
    expect(upload(page, "again.jpg")).to_contain_text("The same as field-1.jpg; it is kept once.")
    for name, _, _ in pictures:
        expect(upload(page, name)).to_contain_text("Sent. It is being checked.")
    assert not Case.objects.exists(), "the images went up while the form was still typed"

    page.get_by_label("Patient number").fill("K-4711")
    page.get_by_label("Year of birth").fill("2019")
    page.get_by_label("Sex").select_option("female")
    page.get_by_label("Urgent").check()
    page.get_by_label("White cells").fill("38,5")
    page.get_by_label("Clinical notes").fill("Pallor for two weeks.")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    case = Case.objects.get()
    assert page.url.endswith(f"/cases/{case.pk}/")
    assert [smear.original_name for smear in case.smears.all()] == [name for name, _, _ in pictures]
    expect(page.locator("#refused")).to_contain_text("notes.jpg: The file is not a JPEG")
    expect(page.locator(".case-state")).to_contain_text("0 of 3 images analysed")

    first, second, third = case.smears.all()
    factories.analyse(first, factories.machine_result("early", cells=12))
    expect(page.locator(".case-state")).to_contain_text("1 of 3 images analysed")
    expect(page.locator("[data-smear='1']")).to_contain_text("12 leukocytes")
    factories.analyse(second, factories.unanswered("unsuitable"))
    factories.analyse(third, factories.machine_result("early", cells=12))
    expect(page.locator("[data-smear='2']")).to_contain_text("Out of focus: refocus with the fine knob and retake.")
    expect(page.get_by_text("Insufficient for a statement on the case.")).to_be_visible()
    expect(page.locator(".case-state")).to_contain_text("Awaiting review")
    expect(page.locator("#progress-said")).to_contain_text("All images are analysed.")

    case.refresh_from_db()
    assert (case.status, case.priority, case.submitted_by) == (CaseStatus.OPEN, "urgent", doctor)
    assert (case.patient.number, case.patient.year_of_birth, case.patient.sex) == ("K-4711", 2019, "female")
    assert str(case.white_cells) == "38.50"
    assert [smear.original_name for smear in case.smears.all()] == ["field-1.jpg", "field-2.jpg", "field-3.jpg"]
    outcomes = [smear.analyses.get().outcome for smear in case.smears.all()]
    assert outcomes == [Outcome.CLASSIFIED, Outcome.UNSUITABLE, Outcome.CLASSIFIED]


def test_form_error_keeps_what_was_typed_and_the_chosen_images(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.locator(".uploader input[multiple]").set_input_files([drawn("a.jpg"), drawn("b.jpg")])
    page.get_by_label("Year of birth").fill("19")
    page.get_by_label("Clinical notes").fill("Keep me.")
    page.get_by_role("button", name="Submit the case").click()
    expect(page.get_by_text("Type the clinic's number of the patient.")).to_be_visible()
    expect(page.get_by_text("Type a year from")).to_be_visible()
    expect(page.get_by_label("Clinical notes")).to_have_value("Keep me.")
    expect(page.locator(".upload")).to_have_count(2)
    assert not Case.objects.exists()

    page.get_by_label("Patient number").fill("K-1")
    page.get_by_label("Year of birth").fill("2019")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    assert Case.objects.get().smears.count() == 2


def test_case_page_names_the_files_that_were_refused_at_submission_once(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-3")
    page.locator(".uploader input[multiple]").set_input_files(drawn("a.jpg"))
    drop(page, [(name, "image/jpeg", b"not an image at all") for name in ("notes.jpg", "<b>words</b>.jpg")])
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    told = page.locator("#refused")
    expect(told).to_contain_text("2 files were not stored and are not part of this case:")
    expect(told).to_contain_text("notes.jpg: The file is not a JPEG")
    expect(told).to_contain_text("<b>words</b>.jpg: The file is not a JPEG")
    page.reload()
    expect(page.locator(".case-state")).to_be_visible()
    expect(told).to_be_hidden()


def test_known_patient_is_recognised_while_the_number_is_typed(page, sign_in, doctor, clinic):
    factories.PatientFactory.create(clinic=clinic, number="K-7", year_of_birth=2012, sex="male")
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Year of birth").fill("1990")
    page.get_by_label("Patient number").press_sequentially("K-7")
    expect(page.locator("#patient-known")).to_contain_text("Known at Klinikk Nord: born 2012, male")
    expect(page.get_by_label("Year of birth")).to_be_hidden()
    page.get_by_label("Patient number").press_sequentially("8")
    expect(page.locator("#patient-known")).to_contain_text("New number")
    expect(page.get_by_label("Year of birth")).to_have_value("1990")


def test_more_images_join_an_open_case(page, sign_in, doctor, drawn):
    case = factories.analysed_case(by=doctor)
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    page.locator(".uploader input[multiple]").set_input_files(drawn("more.jpg"))
    expect(upload(page, "more.jpg")).to_contain_text("Stored as image 4.")
    expect(page.locator("[data-smear='4']")).to_contain_text("Waiting")
    expect(page.locator(".case-state")).to_contain_text("3 of 4 images analysed")
    assert case.smears.count() == 4


def test_without_scripts_the_form_works(browser, live_server, doctor, drawn, tmp_path):
    rubbish = tmp_path / "notes.png"
    rubbish.write_bytes(b"words")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(doctor.username)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-9")
    page.get_by_label("Choose images").set_input_files([drawn("a.jpg"), rubbish])
    page.get_by_role("button", name="Submit the case").click()
    expect(page.get_by_text("notes.png: The file is not a JPEG")).to_be_visible()
    expect(page.get_by_text("Stored: image 1.")).to_be_visible()
    context.close()
    assert Patient.objects.get().number == "K-9"
    assert Case.objects.get().smears.count() == 1


def test_session_that_ends_meanwhile_loses_nothing(page, context, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-3")
    page.locator(".uploader input[multiple]").set_input_files(drawn("a.jpg"))
    context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Submit the case").click()
    expect(page.get_by_role("alert").filter(has_text="You are signed out.")).to_be_visible()

    other = context.new_page()
    other.goto("/sign-in/")
    other.get_by_label("User name").fill(doctor.username)
    other.get_by_label("Password").fill(factories.PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/cases/")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    assert Case.objects.get().patient.number == "K-3"
    assert Smear.objects.count() == 1


def test_way_back_after_submitting_is_a_new_form(page, sign_in, doctor, drawn):
    sign_in(doctor)
    for number in ("K-1", "K-2"):
        page.goto("/cases/new/")
        page.get_by_label("Patient number").fill(number)
        page.locator(".uploader input[multiple]").set_input_files(drawn(f"{number}.jpg"))
        page.get_by_role("button", name="Submit the case").click()
        page.wait_for_url("**/cases/*-*/")
        page.go_back()
        page.wait_for_url("**/cases/new/")
    page.get_by_label("Patient number").fill("K-3")
    page.locator(".uploader input[multiple]").set_input_files(drawn("third.jpg"))
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    assert sorted(Case.objects.values_list("patient__number", flat=True)) == ["K-1", "K-2", "K-3"]
    assert Smear.objects.filter(case__patient__number="K-3").count() == 1
