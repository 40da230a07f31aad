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


def counts(page):
    return page.locator("[data-mark-counts]")


def test_marks_on_cells_are_stored_at_once_and_there_again_after_a_reload(opened):
    opened.keyboard.press("j")
    opened.keyboard.press("x")
    expect(counts(opened)).to_have_text("● 1 ○ 0 × 0 · machine 3")
    opened.keyboard.press("j")
    opened.get_by_role("button", name="Artefact").click()
    expect(counts(opened)).to_have_text("● 1 ○ 0 × 1 · machine 3")
    opened.reload()
    expect(counts(opened)).to_have_text("● 1 ○ 0 × 1 · machine 3")
    expect(opened.locator(".over-marks ellipse")).to_have_count(2)
    expect(opened.locator(".crop-mark")).to_have_count(2)
    opened.locator(".crop").first.click()
    expect(opened.get_by_role("button", name="Blast", exact=False).first).to_have_attribute("aria-pressed", "true")
    opened.keyboard.press("Backspace")
    expect(counts(opened)).to_have_text("● 0 ○ 0 × 1 · machine 3")


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
    expect(counts(opened)).to_have_text("● 0 ○ 1 × 0 · machine 3")
    mark = CellMark.objects.get()
    assert (mark.cell, mark.kind) == (None, "not_blast")
    opened.mouse.click(left + 30, top + 25)
    opened.keyboard.press("Backspace")
    expect(counts(opened)).to_have_text("● 0 ○ 0 × 0 · machine 3")


def test_missed_cell_is_drawn_with_keys_alone(opened):
    opened.keyboard.press("d")
    opened.keyboard.press("Enter")
    for key in ("ArrowRight", "ArrowDown") * 4:
        opened.keyboard.press(key)
    opened.keyboard.press("Enter")
    opened.keyboard.press("x")
    expect(counts(opened)).to_have_text("● 1 ○ 0 × 0 · machine 3")
    assert CellMark.objects.get().box is not None


def test_mark_that_cannot_be_stored_is_not_shown(opened, context):
    opened.keyboard.press("j")
    context.set_offline(True)
    opened.keyboard.press("x")
    expect(opened.locator("[data-said]")).to_contain_text("could not be stored")
    expect(opened.locator(".over-marks ellipse")).to_have_count(0)
