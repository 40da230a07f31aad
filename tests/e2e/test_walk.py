"""One case from the clinic's microscope to an amended report whose code is checked, in a running stack and a browser.

The line breaks twice while the images go up; the case turns out critical; three specialists read it blind and disagree.
"""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
import pytest
from playwright.sync_api import expect
from rich.console import Console

from models.synthetic import draw_jpeg
from telediag.stack import demo
from telediag.stack.supervisor import Supervisor
from tests.e2e.conftest import PATIENCE, WIDE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

# Drawn smears in which the network sees blasts; that means nothing, but a critical case needs one.
SEEN_AS_BLASTS = (3, 5, 10)
# A bad line: slow enough to be cut in the middle of a file.
BYTES_A_SECOND = 40_000
ANALYSED_WITHIN = 120_000


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "REDIS_URL", "PORT"):
            patch.delenv(name, raising=False)
        stack = Supervisor(Console(quiet=True), tmp_path_factory.mktemp("walk"))
    with stack:
        demo.create_people(stack, demo.PASSWORD)
        database = psycopg2.connect(stack.environment["DATABASE_URL"])
        with closing(database), database, database.cursor() as cursor:
            cursor.execute("UPDATE diagnosis_clinic SET reads_blind = true, second_reading_of_flagged = true")
        yield stack


@pytest.fixture
def images(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"field-{seed}.jpg" for seed in SEEN_AS_BLASTS]
    for path, seed in zip(paths, SEEN_AS_BLASTS, strict=True):
        path.write_bytes(draw_jpeg(seed))
    return paths


@contextmanager
def signed_in(browser: "Browser", stack: Supervisor, name: str) -> Iterator["Page"]:
    """Open a browser of one's own; whatever its console says fails the test."""
    context = browser.new_context(base_url=stack.address, viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda answer: said.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.goto("/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    yield page
    context.close()
    # The browser itself writes a line for each request that a cut line swallows.
    broken = [line for line in said if "ERR_INTERNET_DISCONNECTED" not in line]
    assert broken == [], broken


def throttle(page: "Page", *, offline: bool) -> None:
    line = page.context.new_cdp_session(page)
    speeds = {"downloadThroughput": -1, "uploadThroughput": BYTES_A_SECOND, "latency": 20}
    line.send("Network.emulateNetworkConditions", {"offline": offline, **speeds})


def submit_over_a_bad_line(page: "Page", images: list[Path]) -> str:
    """Send the case while the line is cut twice, and return its address."""
    page.goto("/cases/new/")
    page.get_by_label("Patient number").fill("K-204")
    throttle(page, offline=False)
    page.locator(".uploader input[multiple]").set_input_files(images)
    for _ in range(2):
        page.wait_for_timeout(1200)
        throttle(page, offline=True)
        page.wait_for_timeout(800)
        throttle(page, offline=False)
    page.get_by_role("button", name="Submit the case").click()
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}/$"), timeout=ANALYSED_WITHIN)
    return page.url


def acknowledge(page: "Page") -> None:
    page.goto("/worklist/")
    page.get_by_role("button", name="Acknowledge").first.click()
    expect(page.locator("#critical-banner")).to_contain_text("Acknowledged", ignore_case=True)


def commit_blind(page: "Page", case: str, finding: str) -> None:
    """Read the case without the machine's part, and commit an opinion."""
    page.goto(f"{case}review/")
    expect(page.locator(".bars")).to_have_count(0)
    expect(page.get_by_text("Blast-like lymphoid cells suspected")).to_have_count(0)
    page.get_by_label(finding).check()
    page.get_by_role("button", name="Read over and commit").click()
    page.get_by_role("button", name="Commit this opinion").click()


def sign(page: "Page") -> None:
    page.get_by_label("Your password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_url(re.compile("/report/"))


def test_a_case_walks_from_the_microscope_to_a_checked_amendment(browser, stack, images):
    with signed_in(browser, stack, "doctor") as doctor:
        case = submit_over_a_bad_line(doctor, images)
        expect(doctor.locator("main")).to_contain_text("awaiting", ignore_case=True, timeout=ANALYSED_WITHIN)
        address = case.removeprefix(stack.address)

        with signed_in(browser, stack, "specialist") as first:
            acknowledge(first)
            commit_blind(first, address, "Blasts suspected")
            expect(first.locator(".bars").first).to_be_visible()
            first.get_by_role("link", name="Continue to signing").click()
            first.get_by_label("Your password").fill(demo.PASSWORD)
            first.get_by_role("button", name="Sign", exact=True).click()
            expect(first.locator("main")).to_contain_text("second reading", ignore_case=True)

        with signed_in(browser, stack, "colleague") as second:
            commit_blind(second, address, "No blasts seen")
            expect(second.locator("main")).to_contain_text("adjudication", ignore_case=True)

        with signed_in(browser, stack, "senior") as senior:
            senior.goto(f"{address}review/")
            expect(senior.locator(".readings")).to_contain_text("Ingrid Solheim")
            expect(senior.locator(".readings")).to_contain_text("Tomas Lind")
            senior.get_by_label("Agree").check()
            senior.get_by_role("button", name="Continue to signing").click()
            sign(senior)
            expect(senior.locator(".paper")).to_contain_text("Amina Haddad")

        with signed_in(browser, stack, "specialist") as first:
            first.goto("/notices/")
            first.get_by_role("link", name=re.compile("DEMO-")).first.click()
            first.get_by_label("Spoken to").fill("Dr Karimi")
            first.get_by_label("Yes").check()
            first.get_by_role("button", name="Record the call").click()
            expect(first.locator(".timeline")).to_contain_text("called", ignore_case=True)

        with signed_in(browser, stack, "senior") as senior:
            senior.goto(f"{address}review/")
            senior.get_by_label("Agree").check()
            senior.get_by_label("Comment for the submitting doctor").fill("Flow cytometry advised.")
            senior.get_by_role("button", name="Continue to signing").click()
            senior.get_by_label("What changed and why").fill("Comment added after the call.")
            sign(senior)
            code = senior.locator(".paper-code").inner_text()

        doctor.goto(f"{address}report/")
        expect(doctor.locator(".paper")).to_contain_text("Comment added after the call.")
        doctor.goto("/v/")
        doctor.get_by_label("Code on the report").fill(code or "")
        doctor.get_by_role("button", name="Check").click()
        expect(doctor.locator("main")).to_contain_text("Intact")
        expect(doctor.locator("main")).to_contain_text("Amina Haddad")
