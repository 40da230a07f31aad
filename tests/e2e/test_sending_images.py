"""Images on the form: pasted, chosen twice, checked at once, taken again."""

import pytest
from playwright.sync_api import expect

from diagnosis.models import Case, Upload
from diagnosis.services import uploads
from tests.e2e.uploader import BLURRED, SHARP, choose, upload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


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
    expect(upload(page, "sharp.jpg")).to_contain_text("Focus, light and stain will do; 41 leukocytes in view.")
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


def test_file_chosen_before_the_script_came_over_the_line_goes_on_its_way(page, sign_in, doctor, drawn):
    sign_in(doctor)
    held = []
    page.route("**/choosing*.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks the function it is given, and cannot mark a list's method
    with page.expect_request("**/choosing*.js"):
        page.goto("/cases/new/", wait_until="commit")
    choose(page, drawn("early.jpg"))
    expect(page.get_by_text("Drop or paste images")).to_be_hidden()
    expect(upload(page, "early.jpg")).to_have_count(0)
    for script in held:
        script.continue_()
    expect(upload(page, "early.jpg")).to_contain_text("Sent.")
    page.unroute("**/choosing*.js")
    expect(page.get_by_text("Drop or paste images")).to_be_visible()
    page.get_by_label("Patient number").fill("K-1")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    assert Case.objects.get().smears.count() == 1
