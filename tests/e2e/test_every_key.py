"""Each key that "?" lists does what it says: the list is read from the page, so a key without a row here fails."""

import pytest
from playwright.sync_api import TimeoutError as StaysTheSame
from playwright.sync_api import expect

from diagnosis.models import SavedView
from diagnosis.web.keyset import page_of
from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SHOWN = "document.querySelector('[data-smear][aria-current=true]').dataset.number"
ACTIVE = "[...document.querySelectorAll('[data-frame]')].findIndex((frame) => frame.hasAttribute('data-active'))"
SCALE = "document.querySelector('.layers-over > g').style.getPropertyValue('--scale')"
FRAMES = "document.querySelectorAll('[data-frame]').length"
SAID = "document.querySelector('[data-said]').textContent"
ORDER = "document.querySelector('[data-order]').value"
COUNTS = "document.querySelector('[data-mark-counts]').textContent"
FULL = "Boolean(document.fullscreenElement)"
TALLY = "document.querySelector('[data-tally-panel]').hidden"
DECISION = "document.querySelector('[name=decision]:checked')?.value"
FINDING = "document.querySelector('[name=finding]:checked')?.value"
FOCUS = "document.activeElement.name || document.activeElement.id"
DIALOG = "Boolean(document.querySelector('dialog[open]'))"
ADDRESS = "location.pathname + location.search"
HELD = "document.querySelectorAll('[data-act=release]').length"


def pressed(act):
    return f"document.querySelector('[data-act={act}]').getAttribute('aria-pressed')"


def layer(name):
    return f"document.querySelector('[data-layer={name}]').checked"


def light(name):
    return f"document.querySelector('[data-light={name}]').value"


# In this order, each with the keys that lead to it, what is pressed (the listed key first), and what must change.
ON_THE_REVIEW_PAGE = [
    ("?", "?", DIALOG, "Escape"),
    ("n", "n", SHOWN, ""),
    ("p", "p", SHOWN, ""),
    ("g", "g 2", SHOWN, "p"),
    ("+", "+", SCALE, ""),
    ("\N{MINUS SIGN}", "-", SCALE, "+"),
    ("0", "0", SCALE, ""),
    ("f", "f", FULL, "f"),
    ("w", "w", FRAMES, ""),
    ("v", "v", ACTIVE, "v"),
    ("l", "l", pressed("link"), "l w w"),
    ("j", "j", SAID, "j"),
    ("k", "k", SAID, ""),
    ("x", "x", COUNTS, ""),
    ("y", "y", COUNTS, ""),
    ("z", "z", COUNTS, ""),
    ("Backspace", "Backspace", COUNTS, ""),
    ("o", "o", ORDER, ""),
    ("e", "e", layer("cells"), ""),
    ("u", "u", layer("nuclei"), ""),
    ("b", "b", layer("boxes"), ""),
    ("h", "h", layer("marks"), ""),
    ("m", "m", layer("activation"), ""),
    ("d", "d", pressed("draw"), "Escape"),
    ("q", "q", pressed("measure"), "Escape"),
    ("t", "t", TALLY, "Escape"),
    ("]", "]", light("brightness"), ""),
    ("\\", "\\", light("brightness"), ""),
    ("[", "[", light("brightness"), ""),
    ("}", "}", light("contrast"), ""),
    ("{", "{", light("contrast"), ""),
    ("a", "a", DECISION, ""),
    ("c", "c", DECISION, ""),
    ("r", "r", DECISION, ""),
    ("4", "4", FINDING, ""),
    ("3", "3", FINDING, ""),
    ("2", "2", FINDING, ""),
    ("1", "1", FINDING, "a"),
    ("i", "i", FOCUS, "Escape"),
    ("s", "s", ADDRESS, ""),
    ("!", "!", ADDRESS, ""),
]
FIRST_ROW = "document.querySelector('.case-link')?.textContent"
ON_THE_WORKLIST = [
    ("?", "?", DIALOG, "Escape"),
    ("j", "j", FOCUS, "j"),
    ("k", "k", FOCUS, ""),
    ("r", "r", HELD, ""),
    ("h", "h", HELD, ""),
    ("/", "/", FOCUS, "Escape"),
    ("v", "v", FOCUS, "Escape"),
    ("n", "n", FIRST_ROW, ""),
    ("p", "p", FIRST_ROW, ""),
    ("1", "1", ADDRESS, ""),
    ("!", "!", ADDRESS, ""),
]


def press_each(page, rows):
    """Press what leads to each effect and wait until it is seen; then what leads back."""
    page.keyboard.press("?")
    listed = page.locator(".keys-sheet kbd").all_inner_texts()
    page.keyboard.press("Escape")
    assert sorted(listed) == sorted(cap for cap, *_ in rows)
    for cap, keys, effect, back in rows:
        # What changes with the page's own motion rests before and after it was changed.
        page.wait_for_timeout(50)
        before = page.evaluate(effect)
        for key in keys.split():
            page.keyboard.press(key)
        try:
            page.wait_for_function(f"(before) => (({effect}) ?? null) !== before", arg=before, timeout=5_000)
        except StaysTheSame as error:
            raise AssertionError(f"{cap} does nothing: {before!r} stays.") from error
        for key in back.split():
            page.keyboard.press(key)


def test_every_key_of_the_review_page_does_what_it_says(page, sign_in):
    results = [factories.machine_result("early", cells=3) for _ in range(4)]
    case = factories.analysed_case(results=results)
    sign_in(factories.specialist(case.clinic))
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".crop[data-cut]")).to_have_count(3)
    press_each(page, ON_THE_REVIEW_PAGE)


def test_every_key_of_the_worklist_does_what_it_says(page, sign_in, clinic, monkeypatch):
    monkeypatch.setitem(page_of.__kwdefaults__, "per_page", 2)
    for _ in range(3):
        factories.analysed_case(clinic=clinic, results=[factories.machine_result("early")])
    reader = factories.specialist(clinic)
    SavedView.objects.create(user=reader, name="Urgent", list="worklist", query="priority=urgent")
    sign_in(reader)
    page.goto("/worklist/")
    expect(page.locator(".case-row")).to_have_count(2)
    page.keyboard.press("h")
    expect(page.locator("[data-act=release]")).to_have_count(1)
    press_each(page, ON_THE_WORKLIST)
