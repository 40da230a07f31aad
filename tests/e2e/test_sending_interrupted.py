"""A line that breaks, a page that is left, a session that ends: no byte that arrived is sent again."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from diagnosis.models import Case, Upload
from diagnosis.services import uploads
from tests import factories
from tests.e2e.uploader import choose, upload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PIECE = uploads.PIECE


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

    def half(upload, source, *, offset, **facts):
        if offset == PIECE and len(arrived) == 1:
            part = io.BytesIO(source.read(300_000))
            part.seek(0)
            receive(upload, part, offset=offset)
            raise ConnectionError
        return receive(upload, source, offset=offset, **facts)

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


def reload_with_three_unsent(page, drawn):
    """Choose three images on a line that announces none, and load the page again."""
    page.route("**/uploads/", lambda route: None if route.request.method == "POST" else route.continue_())
    files = [drawn(f"field {number}.jpg") for number in (1, 2, 3)]
    choose(page, *files)
    expect(page.locator(".upload[data-state=preparing]")).to_have_count(2)
    page.reload()
    page.unroute_all()
    expect(page.locator(".upload[data-state=unsent]")).to_have_count(3)
    return files


def test_after_a_reload_the_page_asks_again_for_what_was_not_sent(page, sign_in, doctor, drawn, assert_accessible):
    sign_in(doctor)
    page.goto("/cases/new/")
    choose(page, drawn("sent.jpg"))
    expect(upload(page, "sent.jpg")).to_contain_text("Sent.")
    first, second, _ = reload_with_three_unsent(page, drawn)
    expect(upload(page, "sent.jpg")).to_contain_text("Sent.")
    expect(upload(page, "field 2.jpg")).to_contain_text("Not sent yet: choose this file again.")
    assert_accessible()
    choose(page, second, first)
    for name in ("field 1.jpg", "field 2.jpg"):
        expect(upload(page, name)).to_have_count(1)
        expect(upload(page, name)).to_contain_text("Sent.")
    upload(page, "field 3.jpg").get_by_role("button", name="Remove field 3.jpg").click()
    page.reload()
    expect(page.locator(".upload")).to_have_count(3)
    expect(page.locator(".upload[data-state=unsent]")).to_have_count(0)


def test_what_was_not_sent_is_asked_for_on_the_page_of_its_case(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-1")
    *_, third = reload_with_three_unsent(page, drawn)
    page.get_by_role("button", name="Submit the case").click()
    expect(page.get_by_text("Add at least one image of the smear.")).to_be_visible()
    choose(page, drawn("sent.jpg"))
    page.get_by_role("button", name="Submit the case").click()
    page.get_by_role("link", name="Go to the case").click()
    page.wait_for_url("**/cases/*-*/")
    expect(page.locator(".upload[data-state=unsent]")).to_have_count(3)
    choose(page, third)
    expect(page.locator(".upload[data-state=unsent]")).to_have_count(2)
    expect(upload(page, "field 3.jpg")).to_contain_text("Stored as image 2.")
    page.reload()
    expect(page.locator(".upload[data-state=unsent]")).to_have_count(2)


def test_form_begun_afresh_asks_for_no_file_of_the_last(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    reload_with_three_unsent(page, drawn)
    page.get_by_role("button", name="Start afresh").click()
    expect(page.locator("#restored")).to_be_hidden()
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('chosen'))") == []
    expect(page.locator(".upload")).to_have_count(0)
