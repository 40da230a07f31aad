import dataclasses
import re

import pytest
from playwright.sync_api import expect

from diagnosis.choices import CaseStatus, Decision
from diagnosis.models import SignedReport
from tests import factories
from tests.e2e.layers import shown

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


SHARES = (0.1, 0.6, 0.2, 0.02, 0.02, 0.02, 0.02)
CENTRE_OF_THE_FIRST = (35, 45)


def result(label="early", **facts):
    cells = tuple(factories.found_cell(20 + 40 * n, 30 + 20 * n, contribution=share) for n, share in enumerate(SHARES))
    return dataclasses.replace(factories.machine_result(label, **facts), cells=cells)


@pytest.fixture
def case():
    outcomes = [result(), result(), result(), factories.unanswered("unsuitable")]
    return factories.analysed_case(results=outcomes, clinical_notes="Pallor.", haemoglobin=82)


@pytest.fixture
def reader(case):
    return factories.specialist(case.clinic)


@pytest.fixture
def quiet(page):
    """Fail the test when the browser's console says anything."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    yield
    assert said == []


def switch_layers(page):
    expect(page.locator(".over-cells")).to_have_attribute("data-cells", str(len(SHARES)))
    assert (shown(page, "cells"), shown(page, "nuclei"), shown(page, "activation")) == (True, False, False)
    page.keyboard.press("u")
    page.keyboard.press("m")
    page.get_by_role("checkbox", name="Cells").uncheck()
    assert (shown(page, "cells"), shown(page, "nuclei"), shown(page, "activation")) == (False, True, True)
    page.get_by_label("Opacity of the activation map").fill("30")
    expect(page.locator(".over-activation")).to_have_css("opacity", "0.3")


def choose_a_cell(page):
    crops = page.locator(".crop")
    expect(crops.first).to_contain_text("60.0 %")
    before = page.locator(".layers-over > g").get_attribute("transform")
    crops.first.click()
    expect(crops.first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-said]")).to_contain_text("Cell 2")
    expect(page.locator("[data-said]")).to_contain_text("chromatin contrast 0.08")
    expect(page.locator(".over-chosen path")).to_have_count(1)
    expect(page.locator(".layers-over > g")).not_to_have_attribute("transform", before)


def look_at_the_unsuitable_image(page):
    page.keyboard.press("g")
    page.keyboard.press("4")
    expect(page.get_by_role("heading", name="Unsuitable image")).to_be_visible()
    expect(page.get_by_text("Out of focus: refocus with the fine knob and retake.")).to_be_visible()
    expect(page.get_by_text("No leukocyte was found in this image.")).to_be_visible()
    expect(page.locator("[data-layer=activation]")).to_be_disabled()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")


def correct_the_machine(page):
    page.get_by_role("link", name="Your opinion").click()
    page.get_by_role("radio", name="Correct").check()
    expect(page.get_by_text("needed to correct or reject")).to_be_visible()
    page.get_by_label("Blasts suspected").check()
    page.get_by_label("Pattern most similar to").select_option("Pre-B")
    page.get_by_label("Blasts per 100 leukocytes").fill("62.5")
    page.get_by_label("Comment for the submitting doctor").fill("Please send marrow.")
    page.get_by_role("button", name="Continue to signing").click()
    assert page.locator("#id_reasons").evaluate("field => field.matches(':invalid')"), "asked for before it is sent"
    page.get_by_label("Reasons").fill("Scant cytoplasm in fields 1 and 3.")
    page.get_by_role("button", name="Continue to signing").click()
    page.wait_for_url("**/sign/**")


def sign(page):
    expect(page.get_by_text("Scant cytoplasm in fields 1 and 3.")).to_be_visible()
    page.get_by_label("Your password").fill("not mine")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("nothing was signed")
    assert not SignedReport.objects.exists()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/report/1/**")


def test_specialist_reads_corrects_and_signs(page, sign_in, case, reader, quiet):
    sign_in(reader)
    page.get_by_role("link", name=case.accession).click()
    page.wait_for_url("**/review/")
    expect(page.get_by_text(factories.FLAGGED_SENTENCE)).to_be_visible()
    switch_layers(page)
    choose_a_cell(page)
    look_at_the_unsuitable_image(page)
    correct_the_machine(page)
    sign(page)
    expect(page.get_by_role("heading", name="Signed report")).to_be_visible()
    expect(page.get_by_text("Please send marrow.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")

    signed = SignedReport.objects.get()
    case.refresh_from_db()
    assert (signed.case, signed.signed_by, case.status) == (case, reader, CaseStatus.SIGNED)
    assert (signed.review.decision, signed.review.pattern_class) == (Decision.CORRECT, "pre")
    assert str(signed.review.blast_percentage) == "62.5"
    assert signed.content["machine"]["sentence"] == factories.FLAGGED_SENTENCE


def test_agreeing_fills_in_what_it_stands_for(page, sign_in, case, reader, quiet):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/#opinion")
    page.get_by_label("Agree").check()
    expect(page.get_by_label("Blasts suspected")).to_be_checked()
    expect(page.get_by_label("Pattern most similar to")).to_have_value("early")
    page.get_by_role("button", name="Continue to signing").click()
    page.wait_for_url("**/sign/**")


def test_only_a_pattern_that_goes_with_the_finding_can_be_named(page, sign_in, case, reader, quiet):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/#opinion")
    page.get_by_label("Agree").check()
    pattern = page.get_by_label("Pattern most similar to")
    page.get_by_label("Indeterminate").check()
    expect(pattern).to_be_hidden()
    expect(pattern).to_be_disabled()
    page.get_by_label("No blasts seen").check()
    expect(pattern).to_have_value("")
    expect(pattern.locator("option:not(:disabled)")).to_have_text(["—", "Benign (hematogones)"])


def test_typing_is_not_taken_for_keys(page, sign_in, case, reader, quiet):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop")).to_have_count(len(SHARES))
    page.get_by_label("Comment for the submitting doctor").press_sequentially("2 munch?")
    expect(page.get_by_label("Comment for the submitting doctor")).to_have_value("2 munch?")
    expect(page.locator("[data-smear][aria-current=true]")).to_have_attribute("data-number", "1")
    assert shown(page, "cells")


def test_cell_is_chosen_in_the_image_too(page, sign_in, case, reader, quiet):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop canvas").first).to_be_visible()
    expect(page.locator(".layers-over > g")).to_have_attribute("transform", re.compile("scale"))
    place = page.locator(".layers-over > g").get_attribute("transform")
    left, top, scale = (float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", place))
    stage = page.locator("[data-stage]").bounding_box()
    x, y = CENTRE_OF_THE_FIRST
    page.mouse.click(stage["x"] + left + x * scale, stage["y"] + top + y * scale)
    expect(page.locator("[data-said]")).to_contain_text("Cell 1")


def test_cell_without_a_measure_shows_a_dash(page, sign_in, quiet):
    cells = (dataclasses.replace(factories.found_cell(), chromatin_contrast=None),)
    case = factories.analysed_case(results=[dataclasses.replace(factories.machine_result("early"), cells=cells)])
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    page.locator(".crop").first.click()
    expect(page.locator("[data-said]")).to_contain_text("chromatin contrast —")


def test_result_that_arrives_while_reading_is_announced(page, sign_in, quiet):
    case = factories.case()
    smear = factories.smear(case)
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.get_by_text("answered 0 of 1 images")).to_be_visible()
    factories.analyse(smear, factories.machine_result("early"))
    page.get_by_role("link", name="Read it").click(timeout=15_000)
    expect(page.get_by_text("Most similar to Early pre-B")).to_be_visible()


def test_the_stage_keeps_its_size_when_the_cells_arrive(page, sign_in, case, reader, quiet):
    sign_in(reader)
    waiting = []

    def hold_back(route):
        waiting.append(route)

    page.route("**/cells/", hold_back)
    page.goto(f"/cases/{case.id}/review/")
    stage = page.locator("[data-stage]")
    expect(page.locator("[data-smear][aria-current=true]")).to_have_count(1)
    without_cells = stage.bounding_box()
    for route in waiting:
        route.continue_()
    expect(page.locator("[data-gallery-note]")).to_contain_text("share of the activation map")
    assert stage.bounding_box() == without_cells


@pytest.mark.parametrize("width", [1440, 1280, 1024, 800, 390])
def test_the_image_does_not_jump_when_a_cell_is_chosen(page, sign_in, quiet, width):
    cells = tuple(dataclasses.replace(factories.found_cell(), area=98765.0, contribution=0.999) for _ in range(124))
    case = factories.analysed_case(results=[dataclasses.replace(factories.machine_result("early"), cells=cells)])
    page.set_viewport_size({"width": width, "height": 900})
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop canvas")).to_have_count(len(cells))
    height = page.locator("[data-stage]").bounding_box()["height"]
    page.locator(".crop").last.click()
    expect(page.locator("[data-said]")).to_contain_text("Cell 124 · 98765 px²")
    assert page.locator("[data-stage]").bounding_box()["height"] == height


def test_axe_finds_nothing(page, sign_in, case, reader, assert_accessible):
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop canvas").first).to_be_visible()
    for layer in ("Nuclei", "Numbers", "Activation"):
        page.get_by_label(layer, exact=False).and_(page.locator("[data-layer]")).check()
    assert_accessible()
    page.keyboard.press("?")
    assert_accessible()
    page.keyboard.press("Escape")
    page.goto(f"/cases/{case.pk}/report/")
    assert_accessible()
    page.goto(f"/cases/{case.pk}/review/#opinion")
    page.get_by_label("Agree").check()
    page.get_by_role("button", name="Continue to signing").click()
    page.wait_for_url("**/sign/**")
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible()
    page.get_by_label("Your password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url("**/report/1/**")
    assert_accessible()
