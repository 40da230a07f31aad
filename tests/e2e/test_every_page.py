"""Every page of the table of roles and routes, in both languages: accessible, quiet, and as wide as its window.

PICTURES=FOLDER keeps a picture of each at three widths, to be looked at; PAGES=WORD looks at those named so alone.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.e2e.conftest import NARROW, PATIENCE, WIDE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from diagnosis.models import User
    from tests.architecture.routes.row import Route
    from tests.architecture.routes.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WIDEST = {"width": 2560, "height": 1440}
DIRECTIONS = {"en": "ltr", "fa": "rtl"}
# Whose page is looked at: the first of these who gets one.
WATCHERS = ("specialist", "submitter", "administrator", "anonymous")


def _address(route: "Route", world: "World", ids: dict[str, Any]) -> str:
    from tests.architecture.test_routes import PATTERNS

    converters = PATTERNS[route.name].pattern.converters
    address = reverse(route.name, kwargs={name: value for name, value in ids.items() if name in converters})
    query = urlencode(route.sends(world))
    return f"{address}?{query}" if query else address


def _pages(world: "World") -> dict[str, tuple[str, str]]:
    """Return each page's address and whose it is, by a name that can be a file's."""
    from tests.architecture.routes import ROUTES
    from tests.architecture.routes.row import ROLES

    pages = {}
    for route in (route for route in ROUTES if route.method == "GET" and not route.is_api):
        watcher = next((role for role in WATCHERS if route.answers[ROLES.index(role)] == 200), None)
        if watcher is None:
            continue
        address = _address(route, world, world.ids(route.case))
        answer = _client(world.people[watcher]).get(address)
        if answer.headers.get("Content-Type", "").startswith("text/html") and b"<html" in answer.getvalue():
            pages[f"{route.name}-{route.case}"] = (address, watcher)
    return pages


def _client(user: "User | None") -> Client:
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return client


def _open_context(browser: "Browser", address: str, user: "User | None", language: str) -> "BrowserContext":
    context = browser.new_context(base_url=address, viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    cookies = {settings.LANGUAGE_COOKIE_NAME: language}
    if user:
        cookies[settings.SESSION_COOKIE_NAME] = _client(user).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    return context


def _problems(page: "Page", name: str, address: str, language: str) -> list[str]:
    found: list[str] = []
    page.on("console", lambda message: found.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    page.on("requestfailed", lambda request: found.append(f"request: {request.url} {request.failure}"))
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or answer.status != 200:
        return [f"answers {answer and answer.status}"]
    root = page.evaluate("[document.documentElement.lang, document.documentElement.dir || 'ltr']")
    if root != [language, DIRECTIONS[language]]:
        found.append(f"language: {root}")
    for size in (WIDE, NARROW, WIDEST):
        page.set_viewport_size(size)
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append(f"scrolls sideways at {size['width']}")
        if folder := os.environ.get("PICTURES"):
            picture = Path(folder) / language / str(size["width"]) / f"{name}.png"
            page.screenshot(path=picture, full_page=True)
    for scheme, size in (("light", WIDE), ("dark", NARROW)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        results = Axe().run(page)
        if results.violations_count:
            found.append(f"axe, {scheme}: {results.generate_report()}")
    return found


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", DIRECTIONS)
def test_nothing_is_wrong_with_any_page(browser, live_server, language):
    from tests.architecture.routes.world import build_world

    world = build_world()
    problems = {}
    contexts = {role: _open_context(browser, live_server.url, world.people[role], language) for role in WATCHERS}
    try:
        for name, (address, watcher) in _pages(world).items():
            if os.environ.get("PAGES", "") not in name:
                continue
            page = contexts[watcher].new_page()
            if found := _problems(page, name, address, language):
                problems[name] = found
            page.close()
    finally:
        for context in contexts.values():
            context.close()
    assert problems == {}
