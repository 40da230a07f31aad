"""The form of a case and the images that are sent beside it: what was typed and sent stays together."""

import pytest
from playwright.sync_api import expect

from diagnosis.models import Case, Upload
from diagnosis.services import uploads
from tests.e2e.uploader import BLURRED, SHARP, choose, upload

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


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


def test_what_was_typed_in_one_tab_goes_at_the_sign_out_in_another(page, context, sign_in, doctor):
    sign_in(doctor)
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-1")
    kept = "Object.keys(sessionStorage).filter((key) => key.startsWith('typed'))"
    assert len(page.evaluate(kept)) == 1
    other = context.new_page()
    other.goto("/cases/")
    other.get_by_role("button", name="Sign out").click()
    other.wait_for_url("**/sign-in/**")
    page.wait_for_function(f"() => {kept}.length === 0")


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


def test_unsuitable_images_are_counted_beside_the_button_and_may_be_sent(page, sign_in, doctor, drawn):
    sign_in(doctor)
    page.goto("/cases/new/")
    names = ("a.jpg", "b.jpg", "c.jpg")
    choose(page, *map(drawn, names))
    expect(page.locator(".upload[data-state=checking]")).to_have_count(3)
    for name, found in zip(names, (SHARP, BLURRED, BLURRED), strict=True):
        uploads.record_check(Upload.objects.get(name=name).pk, found)
    said = page.locator(".submit-bar [role=status]#unsuitable")
    expect(said).to_have_text("2 of 3 images are unsuitable: retake them, or send them as they are.")
    upload(page, "c.jpg").get_by_role("button", name="Remove c.jpg").click()
    expect(said).to_have_text("1 of 2 images is unsuitable: retake it, or send it as it is.")
    page.get_by_label("Patient number").fill("K-1")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    assert Case.objects.get().smears.count() == 2


def test_counts_in_another_unit_are_named_each_at_its_field(page, sign_in, doctor, drawn, assert_accessible):
    sign_in(doctor)
    page.goto("/cases/new/")
    choose(page, drawn("a.jpg"))
    page.get_by_label("Patient number").fill("K-1")
    haemoglobin, white_cells = page.get_by_label("Haemoglobin"), page.get_by_label("White cells")
    haemoglobin.fill("9.5")
    white_cells.fill("12000")
    page.get_by_role("button", name="Submit the case").click()
    expect(haemoglobin).to_be_focused()
    expect(haemoglobin).to_have_accessible_description(
        "9.5 g/dL is 95 g/L Haemoglobin is asked for in g/L: 9.5 g/dL is 95 g/L."
    )
    expect(white_cells).to_have_accessible_description("White cells are asked for in 10⁹/L: 12 000 per µL is 12.")
    expect(page.locator(".form-errors")).to_be_empty()
    assert_accessible()
    haemoglobin.fill("95")
    white_cells.fill("12")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")


def test_case_is_opened_past_a_file_that_was_refused_and_names_it(page, sign_in, doctor, drawn, tmp_path):
    rubbish = tmp_path / "notes.jpg"
    rubbish.write_text("words")
    sign_in(doctor)
    page.goto("/cases/new/")
    choose(page, drawn("a.jpg"), rubbish)
    expect(upload(page, "notes.jpg")).to_have_attribute("data-state", "refused")
    page.get_by_label("Patient number").fill("K-1")
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url("**/cases/*-*/")
    expect(page.get_by_text("notes.jpg")).to_be_visible()
    assert [smear.original_name for smear in Case.objects.get().smears.all()] == ["a.jpg"]


def test_form_with_rubbish_alone_opens_no_case(page, sign_in, doctor, tmp_path):
    rubbish = tmp_path / "notes.jpg"
    rubbish.write_text("words")
    sign_in(doctor)
    page.goto("/cases/new/")
    choose(page, rubbish)
    expect(upload(page, "notes.jpg")).to_have_attribute("data-state", "refused")
    page.get_by_label("Patient number").fill("K-1")
    page.get_by_role("button", name="Submit the case").click()
    expect(page.get_by_text("Add at least one image of the smear.")).to_be_visible()
    assert not Case.objects.exists()
    lost = []
    page.on("response", lambda answer: lost.append(answer.url) if answer.status == 404 else None)
    page.reload()
    expect(upload(page, "notes.jpg")).to_have_attribute("data-state", "refused")
    page.wait_for_load_state("networkidle")
    assert lost == []
