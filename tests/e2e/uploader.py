"""The uploader on a page, and what the instant check says of its images."""

from pathlib import Path

from playwright.sync_api import Locator, Page

SHARP = {"passed": True, "reasons": [], "advice": [], "leukocytes": 41}
BLURRED = {
    "passed": False,
    "reasons": ["out_of_focus"],
    "advice": ["Out of focus: refocus with the fine knob and retake."],
    "leukocytes": 3,
}


def choose(page: Page, *paths: Path) -> None:
    page.locator(".uploader input[multiple]").set_input_files(paths)


def upload(page: Page, name: str) -> Locator:
    return page.locator(".upload", has=page.locator(".upload-name", has_text=name))
