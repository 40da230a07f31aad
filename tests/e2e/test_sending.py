"""A line that breaks, a tab that closes, a session that ends: what arrived and what was typed stay."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from diagnosis.models import Case, Question, Upload
from diagnosis.services import questions, uploads
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PIECE = uploads.PIECE
SHARP = {"passed": True, "reasons": [], "advice": [], "leukocytes": 41}
BLURRED = {
    "passed": False,
    "reasons": ["out_of_focus"],
    "advice": ["Out of focus: refocus with the fine knob and retake."],
    "leukocytes": 3,
}


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def doctor(clinic):
    return factories.submitter(clinic)


@pytest.fixture
def large(tmp_path):
    """Draw an image of some pieces: noise, which no camera compresses."""
    noise = Image.effect_noise((1700, 1300), 90)
    path = tmp_path / "large.jpg"
    buffer = io.BytesIO()
    Image.merge("RGB", (noise, noise.rotate(180), noise.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).save(
        buffer, "JPEG", quality=95
    )
    path.write_bytes(buffer.getvalue())
    assert len(buffer.getvalue()) > 2 * PIECE
    return path


@pytest.fixture
def arrived(monkeypatch):
    """Count what the server takes in: where each piece begins, and how long it is."""
    arrived = []
    append = uploads._append

    def counting(upload, offset, piece, at):
        append(upload, offset, piece, at)
        arrived.append((offset, len(piece)))

    monkeypatch.setattr(uploads, "_append", counting)
    return arrived


def choose(page, *paths):
    page.locator(".uploader input[multiple]").set_input_files(paths)


def upload(page, name):
    return page.locator(".upload", has=page.locator(".upload-name", has_text=name))


def each_byte_once(arrived):
    """Whether the pieces follow on one another from the first byte; how many bytes they are."""
    total = 0
    for offset, length in arrived:
        assert offset == total
        total += length
    return total


def test_line_that_breaks_twice_costs_no_byte_that_arrived(page, sign_in, doctor, large, arrived, monkeypatch):
    sign_in(doctor)
    page.goto("/cases/new/")
    sent = []

    def breaking(route):
        if route.request.method == "PATCH":
            sent.append(route.request.headers["upload-offset"])
            if len(sent) == 2:
                route.abort("connectionreset")
                return
        route.continue_()

    receive = uploads.receive

    def half(upload, source, *, offset, at=None):
        if offset == PIECE and len(arrived) == 1:
            part = io.BytesIO(source.read(300_000))
            part.seek(0)
            receive(upload, part, offset=offset)
            raise ConnectionError
        return receive(upload, source, offset=offset)

    page.route("**/uploads/*/", breaking)
    monkeypatch.setattr(uploads, "receive", half)
    choose(page, large)
    expect(upload(page, "large.jpg")).to_contain_text("Connection lost. It goes on by itself where it stopped.")
    expect(upload(page, "large.jpg")).to_contain_text("Sent. It is being checked.", timeout=30_000)
    assert each_byte_once(arrived) == large.stat().st_size
    assert (PIECE, 300_000) not in arrived[:1]
    assert any(offset % PIECE for offset, _ in arrived), "the half piece that arrived was kept"
    assert uploads.image_of(Upload.objects.get()) == large.read_bytes()


def test_after_a_reload_the_same_file_goes_on_where_it_stopped(page, sign_in, doctor, large, arrived):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-1")
    page.route(
        "**/uploads/*/",
        lambda route: (
            route.abort("connectionreset")
            if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0"
            else route.continue_()
        ),
    )
    choose(page, large)
    expect(upload(page, "large.jpg")).to_contain_text("Connection lost.")
    page.unroute_all()
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(upload(page, "large.jpg")).to_contain_text("Choose this file again, and it goes on there.")
    choose(page, large)
    expect(page.locator(".upload")).to_have_count(1)
    expect(upload(page, "large.jpg")).to_contain_text("Sent. It is being checked.")
    assert each_byte_once(arrived) == large.stat().st_size
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    assert Case.objects.get().smears.get().original_name == "large.jpg"


def test_what_was_typed_and_sent_is_there_again_after_a_reload_and_goes_at_sign_out(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-1")
    page.get_by_label("Stat").check()
    page.get_by_label("Clinical notes").fill("Pallor.")
    choose(page, drawn("a.jpg"))
    expect(upload(page, "a.jpg")).to_contain_text("Sent.")
    page.reload()
    expect(page.get_by_text("What you had typed and sent is here again.")).to_be_visible()
    expect(page.get_by_label("Patient number")).to_have_value("K-1")
    expect(page.get_by_label("Stat")).to_be_checked()
    expect(page.get_by_label("Clinical notes")).to_have_value("Pallor.")
    expect(upload(page, "a.jpg").locator("img")).to_have_js_property("complete", value=True)
    expect(page.locator("#patient-known")).to_contain_text("New number")
    assert page.evaluate("Object.keys(localStorage).length") == 0

    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('typed'))") == []


def test_form_that_was_sent_or_begun_afresh_is_not_kept(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-1")
    page.reload()
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("Patient number")).to_have_value("")
    expect(page.locator("#restored")).to_be_hidden()
    page.get_by_label("Patient number").fill("K-2")
    choose(page, drawn("a.jpg"))
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    page.goto("/cases/new/")
    expect(page.get_by_label("Patient number")).to_have_value("")


def test_session_that_ends_while_an_image_is_sent_costs_nothing(page, context, sign_in, doctor, large, arrived):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.route(
        "**/uploads/*/",
        lambda route: (context.clear_cookies(name="sessionid") if len(arrived) == 1 else None, route.continue_()),
    )
    choose(page, large)
    expect(upload(page, "large.jpg")).to_contain_text("You are signed out. Sign in in another tab")
    page.unroute_all()
    other = context.new_page()
    other.goto("/sign-in/")
    other.get_by_label("User name").fill(doctor.username)
    other.get_by_label("Password").fill(factories.PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/cases/")
    expect(upload(page, "large.jpg")).to_contain_text("Sent. It is being checked.", timeout=40_000)
    assert each_byte_once(arrived) == large.stat().st_size


def test_image_that_is_whole_just_before_its_case_opens_joins_it(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-1")
    held = []
    for address in ("**/uploads/", "**/cases/new/"):
        page.route(address, lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    choose(page, drawn("a.jpg"))
    expect(upload(page, "a.jpg")).to_have_attribute("data-state", "preparing")
    page.get_by_role("button", name="Submit the case").click()
    while len(held) < 2:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(upload(page, "a.jpg")).to_contain_text("Sent.")
    held[1].continue_()
    page.wait_for_url("**/cases/*-*/")
    assert Case.objects.get().smears.count() == 1


def test_same_file_twice_goes_once_and_the_second_in_place_of_the_first(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    first, second = drawn("first.jpg"), drawn("second.jpg")
    second.write_bytes(first.read_bytes())
    choose(page, first, second)
    expect(upload(page, "second.jpg")).to_contain_text("The same as first.jpg; it is kept once.")
    upload(page, "first.jpg").get_by_role("button", name="Remove first.jpg").click()
    expect(upload(page, "second.jpg")).to_contain_text("Sent.")


def test_instant_check_says_what_it_sees_and_an_image_can_be_retaken(page, sign_in, doctor, drawn, assert_accessible):
    sign_in(doctor)
    page.goto("/cases/new/")
    choose(page, drawn("sharp.jpg"), drawn("blurred.jpg"))
    expect(page.locator(".upload[data-state=checking]")).to_have_count(2)
    for name, found in (("sharp.jpg", SHARP), ("blurred.jpg", BLURRED)):
        uploads.record_check(Upload.objects.get(name=name).pk, found)
    expect(upload(page, "sharp.jpg")).to_contain_text("Sharp; 41 cells in view.")
    expect(upload(page, "blurred.jpg")).to_contain_text("Out of focus: refocus with the fine knob and retake.")
    assert_accessible()
    with page.expect_file_chooser() as choosing:
        upload(page, "blurred.jpg").get_by_role("button", name="Retake").click()
    choosing.value.set_files(drawn("again.jpg"))
    expect(upload(page, "again.jpg")).to_contain_text("Sent.")
    expect(upload(page, "blurred.jpg")).to_have_count(0)
    page.get_by_label("Patient number").fill("K-1")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    assert [smear.original_name for smear in Case.objects.get().smears.all()] == ["sharp.jpg", "again.jpg"]


def test_instant_check_is_said_of_images_that_are_added_to_a_case(page, sign_in, doctor, drawn):
    case = factories.case(by=doctor)
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    choose(page, drawn("more.jpg"))
    expect(upload(page, "more.jpg")).to_contain_text("Stored as image 1.")
    uploads.record_check(Upload.objects.get().pk, BLURRED)
    expect(upload(page, "more.jpg")).to_contain_text("Out of focus: refocus with the fine knob and retake.")
    expect(upload(page, "more.jpg").get_by_role("button", name="Retake")).to_be_visible()
    with page.expect_response("**/uploads/?draft=*"):
        page.reload()
    expect(page.locator("[data-smear='1']")).to_be_visible()
    expect(page.locator(".upload")).to_have_count(0)


def test_image_is_given_up_while_it_is_sent(page, sign_in, doctor, large, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.route("**/uploads/*/", lambda route: None if route.request.method == "PATCH" else route.continue_())
    choose(page, large)
    expect(upload(page, "large.jpg")).to_have_attribute("data-state", "sending")
    with page.expect_response(lambda response: response.request.method == "DELETE"):
        upload(page, "large.jpg").get_by_role("button", name="Remove large.jpg").click()
    expect(page.locator(".upload")).to_have_count(0)
    assert not Upload.objects.exists()


def test_image_is_pasted(page, sign_in, doctor):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.evaluate(
        """async () => {
            const canvas = new OffscreenCanvas(200, 200);
            canvas.getContext("2d").fillRect(20, 20, 60, 60);
            const carried = new DataTransfer();
            carried.items.add(new File([await canvas.convertToBlob()], "pasted.png", { type: "image/png" }));
            document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true }));
        }"""
    )
    expect(upload(page, "pasted.png")).to_contain_text("Sent.")


def test_without_a_secure_context_images_are_sent_whole_after_the_form(page, sign_in, doctor, drawn):
    page.add_init_script("Object.defineProperty(window.crypto, 'subtle', { value: undefined })")
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-2")
    choose(page, drawn("a.jpg"), drawn("b.jpg"))
    page.route("**/smears/", lambda route: route.abort("connectionreset"))
    page.get_by_role("button", name="Submit the case").click()
    expect(page.locator(".upload[data-state='failed']")).to_have_count(2)
    expect(upload(page, "a.jpg")).to_contain_text("try again")
    page.unroute("**/smears/")
    upload(page, "a.jpg").get_by_role("button", name="Try again").click()
    expect(upload(page, "a.jpg")).to_have_attribute("data-state", "stored")
    upload(page, "b.jpg").get_by_role("button", name="Try again").click()
    page.wait_for_url("**/cases/*-*/")
    assert [smear.original_name for smear in Case.objects.get().smears.all()] == ["a.jpg", "b.jpg"]


def test_tab_that_is_hidden_asks_less_often(page, sign_in, doctor):
    case = factories.case(by=doctor)
    factories.smear(case)
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    asked = []
    page.on("request", lambda request: asked.append(request) if "/progress/" in request.url else None)
    with page.expect_request("**/progress/**"):
        pass
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    asked.clear()
    page.wait_for_timeout(4000)
    assert len(asked) <= 1
    page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(500)
    assert asked, "a tab that is looked at again looks at once"


def test_question_comes_to_the_case_page_and_is_answered_there(page, sign_in, doctor, clinic, assert_accessible):
    case = factories.case(by=doctor)
    factories.smear(case)
    sign_in(doctor)
    page.goto(f"/cases/{case.pk}/")
    questions.ask(case=case, by=factories.specialist(clinic), text="Which stain was used?")
    expect(page.get_by_text("Which stain was used?")).to_be_visible()
    assert_accessible()
    page.get_by_label("Answer").fill("Leishman.")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("The answer is with the specialist.")).to_be_visible()
    assert Question.objects.get().answer.text == "Leishman."
