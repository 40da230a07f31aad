import re

import pytest
from playwright.sync_api import expect

from diagnosis.models import CellMark
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def opened(page, sign_in):
    case = factories.analysed_case(results=[factories.machine_result("early", cells=3)])
    sign_in(factories.specialist(case.clinic))
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop[data-cut]")).to_have_count(3)
    return page


def expect_counts(page, *, blasts, not_blasts, artefacts):
    words = rf"This image: {blasts} blasts?, {not_blasts} not blasts, {artefacts} artefacts?; the machine found 3\."
    if not blasts + not_blasts + artefacts:
        words = r"This image: no marks; the machine found 3\."
    expect(page.locator("[data-mark-counts]")).to_have_attribute("title", re.compile(words))


def test_marks_on_cells_are_stored_at_once_and_there_again_after_a_reload(opened):
    opened.keyboard.press("j")
    opened.keyboard.press("x")
    expect_counts(opened, blasts=1, not_blasts=0, artefacts=0)
    opened.keyboard.press("j")
    opened.get_by_role("button", name="Artefact").click()
    expect_counts(opened, blasts=1, not_blasts=0, artefacts=1)
    opened.reload()
    expect_counts(opened, blasts=1, not_blasts=0, artefacts=1)
    expect(opened.locator(".over-marks ellipse")).to_have_count(2)
    expect(opened.locator(".crop-mark")).to_have_count(2)
    opened.locator(".crop").first.click()
    expect(opened.get_by_role("button", name="Blast", exact=False).first).to_have_attribute("aria-pressed", "true")
    opened.keyboard.press("Backspace")
    expect_counts(opened, blasts=0, not_blasts=0, artefacts=1)


def test_missed_cell_is_drawn_with_the_mouse(opened):
    opened.get_by_role("button", name="Draw a missed one").click()
    box = opened.locator("[data-stage]").bounding_box()
    left, top = box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.5
    opened.mouse.move(left, top)
    opened.mouse.down()
    opened.mouse.move(left + 60, top + 50, steps=4)
    opened.mouse.up()
    expect(opened.locator("[data-said]")).to_contain_text("the machine missed")
    assert not CellMark.objects.exists(), "what it is has not been said yet"
    opened.keyboard.press("y")
    expect_counts(opened, blasts=0, not_blasts=1, artefacts=0)
    mark = CellMark.objects.get()
    assert (mark.cell, mark.kind) == (None, "not_blast")
    opened.mouse.click(left + 30, top + 25)
    opened.keyboard.press("Backspace")
    expect_counts(opened, blasts=0, not_blasts=0, artefacts=0)


def test_missed_cell_is_drawn_with_keys_alone(opened):
    opened.keyboard.press("d")
    opened.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown") * 4:
        opened.keyboard.press(key)
    opened.keyboard.press("Enter")
    opened.keyboard.press("x")
    expect_counts(opened, blasts=1, not_blasts=0, artefacts=0)
    assert CellMark.objects.get().box is not None


def test_mark_that_cannot_be_stored_is_not_shown(opened, context):
    opened.keyboard.press("j")
    context.set_offline(True)
    opened.keyboard.press("x")
    expect(opened.locator("[data-said]")).to_contain_text("could not be stored")
    expect(opened.locator(".over-marks ellipse")).to_have_count(0)


def test_mark_is_stored_from_a_page_that_is_older_than_the_sign_in(opened, context):
    token = next(cookie for cookie in context.cookies() if cookie["name"] == "csrftoken")
    context.add_cookies([{**token, "value": "n" * 32}])
    opened.keyboard.press("j")
    opened.keyboard.press("x")
    expect_counts(opened, blasts=1, not_blasts=0, artefacts=0)
