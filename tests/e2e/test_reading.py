"""The microscope's tools, as a reader uses them."""

import dataclasses
import io
import re

import pytest
from django.test import Client
from playwright.sync_api import expect

from diagnosis.models import Device
from diagnosis.services import intake
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FIRST, SECOND = 0, 1


def result(*shares):
    cells = tuple(factories.found_cell(20 + 40 * n, 30, contribution=share) for n, share in enumerate(shares))
    cells = tuple(dataclasses.replace(cell, area=900.0 + 10 * n) for n, cell in enumerate(cells))
    return dataclasses.replace(factories.machine_result("early"), cells=cells)


@pytest.fixture
def case():
    return factories.analysed_case(results=[result(0.1, 0.6, 0.3), result(0.5, 0.2)])


@pytest.fixture
def opened(page, sign_in, case):
    """Open the review page as a specialist, with the first image's cells laid."""
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop[data-cut]")).to_have_count(3)
    return page


def numbers(page):
    return page.locator(".crop").evaluate_all("crops => crops.map(crop => Number(crop.dataset.number))")


def place(page, stage):
    return page.locator(".layers-over > g").nth(stage).get_attribute("transform")


def scale_of(page, stage):
    return float(re.search(r"scale\((.*)\)", place(page, stage))[1])


def test_cells_are_sorted_by_what_the_reader_chooses(opened):
    assert numbers(opened) == [2, 3, 1]
    opened.locator("[data-order]").select_option("number")
    assert numbers(opened) == [1, 2, 3]
    opened.locator("h1").click()
    opened.keyboard.press("o")
    expect(opened.locator("[data-order]")).to_have_value("area")
    assert numbers(opened) == [3, 2, 1]
    opened.keyboard.press("n")
    expect(opened.locator(".crop")).to_have_count(2)
    assert numbers(opened) == [2, 1], "the next image keeps the order"


def test_images_that_are_seen_whole_are_so_beside_each_other(opened):
    opened.keyboard.press("w")
    expect(opened.locator(".over-cells").nth(SECOND)).to_have_attribute("data-cells", "2")
    for stage in (FIRST, SECOND):
        room = opened.locator("[data-stage]").nth(stage).bounding_box()
        width, height = 320, 240
        fits = min(room["width"] / width, room["height"] / height)
        opened.wait_for_function(
            """([stage, fits]) => {
              const sheet = document.querySelectorAll(".layers-over > g")[stage];
              return Math.abs(sheet.style.getPropertyValue("--scale") / fits - 1) < 0.02;
            }""",
            arg=[stage, fits],
        )


def test_linked_images_move_together_and_others_do_not(opened):
    opened.keyboard.press("w")
    expect(opened.locator("[data-frame]")).to_have_count(2)
    expect(opened.locator(".over-cells").nth(SECOND)).to_have_attribute("data-cells", "2")
    expect(opened.locator(".layers-over > g").nth(SECOND)).to_have_attribute("transform", re.compile("scale"))
    alone = place(opened, SECOND)
    before = scale_of(opened, FIRST)
    opened.keyboard.press("+")
    opened.wait_for_function(
        "([before]) => document.querySelector('.layers-over > g').style.getPropertyValue('--scale') > 1.4 * before",
        arg=[before],
    )
    assert place(opened, SECOND) == alone
    opened.keyboard.press("l")
    expect(opened.get_by_role("button", name="Link the images")).to_have_attribute("aria-pressed", "true")
    opened.keyboard.press("+")
    opened.wait_for_timeout(1000)
    assert place(opened, SECOND) != alone
    assert scale_of(opened, SECOND) == pytest.approx(scale_of(opened, FIRST), rel=0.02)
    opened.keyboard.press("l")
    alone = place(opened, SECOND)
    opened.keyboard.press("-")
    opened.wait_for_timeout(1000)
    assert place(opened, SECOND) == alone, "no longer linked"
    opened.keyboard.press("v")
    expect(opened.locator("[data-smear][aria-current=true]")).to_have_attribute("data-number", "2")
    opened.get_by_role("button", name="One image").click()
    expect(opened.locator("[data-frame]")).to_have_count(1)
    expect(opened.locator("[data-smear][aria-current=true]")).to_have_attribute("data-number", "1")


@pytest.mark.parametrize(("micrometres", "ratio"), [(("", ""), 1), (("0.1", "0.2"), 2), (("0.1", ""), 1)])
def test_linked_images_show_their_cells_equally_large(opened, case, micrometres, ratio):
    buffer = io.BytesIO()
    factories.picture(7, (640, 300)).save(buffer, "JPEG")
    upload = io.BytesIO(buffer.getvalue())
    factories.analyse(intake.add_smear(case=case, by=case.submitted_by, upload=upload).smear, result(0.5))
    opened.reload()
    opened.locator("[data-smear]").evaluate_all(
        "(smears, sizes) => [0, 2].forEach((at, of) => (smears[at].dataset.micrometres = sizes[of]))", list(micrometres)
    )
    # The sizes are read when an image is opened: away from the first one and back, then the third one beside it.
    opened.keyboard.press("n")
    opened.keyboard.press("p")
    opened.keyboard.press("w")
    expect(opened.locator("[data-frame]")).to_have_count(2)
    opened.keyboard.press("v")
    opened.keyboard.press("n")
    expect(opened.locator("[data-caption]").nth(SECOND)).to_have_text("Image 3")
    expect(opened.locator(".over-cells").nth(SECOND)).to_have_attribute("data-cells", "1")
    opened.keyboard.press("v")
    opened.keyboard.press("l")
    opened.keyboard.press("+")
    opened.wait_for_timeout(1200)
    assert scale_of(opened, SECOND) / scale_of(opened, FIRST) == pytest.approx(ratio, rel=0.02)


def test_length_is_measured_by_keys_in_pixels_where_the_device_is_unknown(opened):
    opened.keyboard.press("q")
    said = opened.locator("[data-said]")
    expect(said).to_contain_text("has not been measured")
    opened.keyboard.press("Enter")
    for _ in range(5):
        opened.keyboard.press("ArrowRight")
    expect(said).to_have_text(re.compile(r"^\d+ px\. In pixels"))
    opened.keyboard.press("Escape")
    expect(opened.locator(".over-pointing > *")).to_have_count(0)


def test_scale_bar_and_ruler_speak_of_micrometres_where_the_device_is_known(page, sign_in):
    clinic = factories.ClinicFactory.create()
    device = Device.objects.create(clinic=clinic, name="Bench 3", micrometres_per_pixel=0.1)
    case = factories.analysed_case(clinic=clinic, microscope=device, results=[result(0.5)])
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator("[data-scale-words]")).to_have_text(re.compile(r"^\d+ µm$"))
    page.get_by_role("button", name="Measure a length").click()
    box = page.locator("[data-stage]").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 100, middle[1], steps=4)
    page.mouse.up()
    length = 100 / scale_of(page, FIRST) * 0.1
    expect(page.locator("[data-said]")).to_have_text(f"{length:.1f} µm")


def test_brightness_is_of_the_screen_alone_and_stays_for_the_tab(opened, case):
    opened.keyboard.press("]")
    opened.keyboard.press("]")
    canvas = opened.locator("[data-stage] canvas").first
    expect(canvas).to_have_css("filter", "brightness(1.2) contrast(1)")
    opened.reload()
    expect(opened.locator("[data-stage] canvas").first).to_have_css("filter", "brightness(1.2) contrast(1)")
    opened.keyboard.press("\\")
    expect(canvas).to_have_css("filter", "none")


def test_tally_is_counted_by_keys_taken_back_and_taken_over(opened):
    opened.keyboard.press("t")
    panel = opened.get_by_role("group", name="Tally counter")
    expect(panel).to_be_visible()
    for key in "1122277":
        opened.keyboard.press(key)
    opened.keyboard.press("3")
    opened.keyboard.press("Backspace")
    expect(panel).to_contain_text("5 leukocytes · 40.0 blasts per 100 · 2 erythroblasts apart")
    opened.keyboard.press("a")
    opened.keyboard.press("Enter")
    expect(opened.get_by_label("Blasts per 100 leukocytes")).to_have_value("40.0")
    assert opened.locator("[name=decision]:checked").count() == 0, "the opinion's keys rest while counting"
    expect(panel).to_be_hidden()
    opened.keyboard.press("a")
    expect(opened.locator("[name=decision]:checked")).to_have_value("agree")


def test_large_image_is_fetched_in_tiles(page, sign_in):
    buffer = io.BytesIO()
    factories.picture(1, (4000, 3000)).save(buffer, "JPEG")
    case = factories.case()
    smear = intake.add_smear(case=case, by=case.submitted_by, upload=io.BytesIO(buffer.getvalue())).smear
    factories.analyse(smear, result(0.5))
    asked = []
    page.on("request", lambda request: asked.append(request.url) if str(smear.pk) in request.url else None)
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop[data-cut]")).to_have_count(1)
    page.locator(".crop").click()
    page.wait_for_timeout(1500)
    levels = {found[1] for url in asked if (found := re.search(r"/tiles/(\d)/", url))}
    assert {"0", "2"} <= levels
    assert not any(url.endswith("/image/") for url in asked)


def test_who_reads_blind_sees_the_cells_and_not_what_the_machine_makes_of_them(page, sign_in, case):
    case.clinic.reads_blind = True
    case.clinic.save()
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".over-cells")).to_have_attribute("data-cells", "3")
    assert numbers(page) == [1, 2, 3]
    expect(page.locator(".crop-share")).to_have_count(0)
    expect(page.locator("[data-layer=activation]")).to_have_count(0)
    expect(page.locator(".bars")).to_have_count(0)
    expect(page.locator(".strip-word").first).to_have_text("Analysed")


def test_without_scripts_the_images_are_there_to_look_at(browser, live_server, case):
    client = Client()
    client.force_login(factories.specialist(case.clinic))
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.get_by_role("img", name="Image 1", exact=True)).to_be_visible()
    expect(page.locator("[data-stages]")).to_be_hidden()
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1366, 768), (1440, 900)])
def test_on_a_laptop_nothing_lies_over_the_tools_and_the_opinion_is_beside_the_smear(opened, width, height):
    opened.set_viewport_size({"width": width, "height": height})
    for layer in opened.locator("input[data-layer]").all():
        was = layer.is_checked()
        layer.click()
        assert layer.is_checked() != was
    opened.get_by_role("button", name="Draw a missed one").click(trial=True)
    smear, opinion = opened.locator(".microscope").bounding_box(), opened.locator("#opinion").bounding_box()
    assert smear
    assert opinion
    assert opinion["x"] >= smear["x"] + smear["width"]
    assert smear["height"] <= height
