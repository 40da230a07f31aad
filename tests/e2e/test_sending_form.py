"""The form of a case and the images that are sent beside it: what was typed and sent stays together."""

import pytest
from playwright.sync_api import expect

from diagnosis.models import Case
from tests.e2e.uploader import choose, upload

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
