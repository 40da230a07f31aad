"""A live server, a real browser, and people who sign in."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

if TYPE_CHECKING:
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
BUSY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend' AND state <> 'idle'
"""
# Looks in a row at which no session was busy.
QUIET = 3
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


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    yield context
    context.close()
    let_the_server_end()


def let_the_server_end() -> None:
    """Wait for what the closed page had asked for: the tables are emptied next, and a request may still hold some."""
    from django.db import connection

    quiet = 0
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(BUSY)
            # Between two queries a request looks as if it had ended.
            quiet = quiet + 1 if cursor.fetchone() == (0,) else 0
        if quiet == QUIET:
            return
        time.sleep(0.05)


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
