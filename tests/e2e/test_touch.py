"""The microscope under the fingers of somebody who reads on a telephone."""

import dataclasses

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests import factories
from tests.e2e.conftest import NARROW, PATIENCE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

# The smallest target of WCAG 2.2, in pixels.
TARGET = 24
SCALE = "Number(document.querySelector('.layers-over > g').style.getPropertyValue('--scale'))"
LEFT = "new DOMMatrix(getComputedStyle(document.querySelector('.layers-over > g')).transform).e"


@pytest.fixture
def phone(browser, live_server):
    """Open the review page on a telephone."""
    cells = tuple(factories.found_cell(10 + 20 * n, 30) for n in range(9))
    case = factories.analysed_case(results=[dataclasses.replace(factories.machine_result("early"), cells=cells)] * 2)
    client = Client()
    client.force_login(factories.specialist(case.clinic))
    context = browser.new_context(
        base_url=live_server.url, viewport=NARROW, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop[data-cut]").first).to_be_visible()
    yield page
    context.close()


def slide(page, *ways):
    """Lay down one finger for each way, from its first point to its second, and lift them."""
    session = page.context.new_cdp_session(page)
    steps = 12
    for step in range(steps + 1):
        points = [
            {
                "x": start[0] + (end[0] - start[0]) * step / steps,
                "y": start[1] + (end[1] - start[1]) * step / steps,
                "id": n,
            }
            for n, (start, end) in enumerate(ways)
        ]
        kind = "touchMove" if step else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(20)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)


def middle(page, selector):
    box = page.locator(selector).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_fingers_zoom_and_move_the_smear_and_beside_it_the_page(phone):
    phone.locator(".glass").scroll_into_view_if_needed()
    x, y = middle(phone, "[data-stage]")
    before = phone.evaluate(SCALE)
    slide(phone, ((x - 20, y), (x - 90, y)), ((x + 20, y), (x + 90, y)))
    assert phone.evaluate(SCALE) > 2 * before, "two fingers apart zoom in"
    at = phone.evaluate(LEFT)
    scrolled = phone.evaluate("scrollY")
    slide(phone, ((x, y), (x + 60, y - 40)))
    assert phone.evaluate(LEFT) - at > 40, "one finger moves the smear"
    assert phone.evaluate("scrollY") == scrolled, "and not the page"
    x, y = middle(phone, ".notes-words")
    slide(phone, ((x, y), (x, y - 250)))
    assert phone.evaluate("scrollY") > scrolled + 100


def test_the_gallery_is_swiped(phone):
    phone.locator(".gallery").scroll_into_view_if_needed()
    x, y = middle(phone, ".gallery")
    slide(phone, ((x + 100, y), (x - 100, y)))
    assert phone.locator(".gallery").evaluate("gallery => gallery.scrollLeft") > 100


def test_what_is_touched_is_large_enough_and_what_is_said_is_seen_with_the_smear(phone):
    touched = ".microscope :is(button, select, input[type=range], label:has(input[type=checkbox]))"
    for target in phone.locator(touched).all():
        if target.is_visible():
            box = target.bounding_box()
            assert min(box["width"], box["height"]) >= TARGET, target.evaluate("element => element.outerHTML")
    phone.locator("[data-act=measure]").tap()
    said, stage = phone.locator("[data-said]").bounding_box(), phone.locator(".stages").bounding_box()
    assert 0 <= said["y"] - stage["y"] - stage["height"] < TARGET
