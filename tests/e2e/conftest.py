"""A live server, a real browser, and people who sign in."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.signals import request_finished, request_started
from django.test.client import ClientHandler
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

    from diagnosis.models import Clinic, User

# The models and the factories are imported where they are used: pytest may read this before the settings stand.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Milliseconds; a machine that runs other tests beside these is slow.
PATIENCE = 15_000
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("No Chromium on this machine. Install the system package chromium to run the browser tests.")
    # Playwright's own loop runs in this thread, and Django would take every query in it for one in async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Answering:
    """How many requests the live server has begun to answer and not ended."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = threading.Condition()
        request_started.connect(self.begin)
        request_finished.connect(self.end)

    def begin(self, sender: type, **_: object) -> None:
        self._add(1, sender)

    def end(self, sender: type, **_: object) -> None:
        self._add(-1, sender)

    def _add(self, number: int, sender: type) -> None:
        # The test client answers in this thread, and may leave a stream open for good.
        if sender is not ClientHandler:
            with self.changed:
                self.count += number
                self.changed.notify_all()


@pytest.fixture(scope="session")
def answering() -> Answering:
    return Answering()


@pytest.fixture
def live_server(live_server, transactional_db, answering: Answering) -> Iterator["LiveServer"]:
    """Serve until every request of the closed pages is answered: the tables are emptied next, and it may want some."""
    yield live_server
    with answering.changed:
        assert answering.changed.wait_for(lambda: not answering.count, timeout=PATIENCE / 1000)


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """Open a page that fails the test when a script on it does."""
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on(
        "console",
        lambda message: broken.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    assert broken == []


@pytest.fixture
def clinic() -> "Clinic":
    from tests import factories

    return factories.ClinicFactory.create()


@pytest.fixture
def doctor(clinic: "Clinic") -> "User":
    from tests import factories

    return factories.submitter(clinic)


@pytest.fixture
def sign_in(page: Page) -> "Callable[[User], None]":
    from tests import factories

    def signing_in(user: "User") -> None:
        page.goto("/sign-in/")
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password").fill(factories.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in/" not in url)

    return signing_in


@pytest.fixture
def assert_accessible(page: Page) -> Callable[[], None]:
    """Check the page as it stands with axe, in both colour schemes and both widths."""
    axe = Axe()

    def checking() -> None:
        for scheme in ("light", "dark"):
            for size in (WIDE, NARROW):
                # Without motion: a colour on its way from one scheme to the other is neither.
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.set_viewport_size(size)
                results = axe.run(page)
                assert results.violations_count == 0, f"{scheme}, {size}: {results.generate_report()}"
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{size}: scrolls sideways"
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")
        page.set_viewport_size(WIDE)

    return checking


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[[str], Path]:
    """Draw an image of a smear into a file of this name."""
    from tests import factories

    def drawing(name: str) -> Path:
        path = tmp_path / name
        path.write_bytes(factories.picture_bytes())
        return path

    return drawing
