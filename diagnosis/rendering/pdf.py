"""A report on paper: the frozen content as a tagged PDF/A, set by Typst.

Everything that people typed reaches the page as data, never as markup: templates/report/report.typ reads it from JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings

from diagnosis.rendering.thumbnails import thumbnail
from diagnosis.rendering.typefaces import fonts, printable
from diagnosis.services.report_content import digest
from diagnosis.templatetags.readings import percentage, pins_once, warnings_once

if TYPE_CHECKING:
    from collections.abc import Sequence

TEMPLATE = settings.BASE_DIR / "templates" / "report" / "report.typ"
# Kept readable for decades (PDF/A-2a), and readable aloud (PDF/UA-1).
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
# Enough for three centimetres at 200 dots an inch.
THUMBNAIL_SIDE = 240


@dataclass(frozen=True, slots=True)
class ReportImage:
    """A field of the case: its number there and its image, as JPEG or PNG."""

    number: int
    data: bytes


def report_pdf(content: dict[str, Any], *, images: Sequence[ReportImage] = ()) -> bytes:
    """Return the report as PDF; the same content and images give the same bytes.

    `content` is what report_content.compose returns, with its `signature` once signed. Without one the report is
    marked as unsigned on every page.
    """
    pictures = {image.number: list(thumbnail(image.data, side=THUMBNAIL_SIDE)) for image in images}
    try:
        return _set(content, pictures, with_marks=True)
    except typst.TypstError:
        # A mark on a letter of another typeface has no glyph of its own, which PDF/A forbids.
        return _set(content, pictures, with_marks=False)


def _set(content: dict[str, Any], pictures: dict[int, list[int]], *, with_marks: bool) -> bytes:
    return typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=_written_at(content),
        sys_inputs={
            "content": json.dumps(_for_print(content, with_marks=with_marks)),
            "pictures": json.dumps(pictures),
            "said": json.dumps(_for_print(_said(content["machine"]["images"]), with_marks=with_marks)),
            "sha256": digest(content),
        },
    )


def _said(images: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the report's page says in the same words."""
    return {
        "probabilities": {str(image["number"]): percentage(image["probability"]) for image in images},
        "warnings": [list(pair) for pair in warnings_once(images)],
        "pins": [list(pair) for pair in pins_once(images)],
    }


def _for_print(value: Any, key: str = "", *, with_marks: bool) -> Any:
    if isinstance(value, dict):
        return {name: _for_print(entry, name, with_marks=with_marks) for name, entry in value.items()}
    if isinstance(value, list):
        return [_for_print(entry, with_marks=with_marks) for entry in value]
    if isinstance(value, str):
        return _moment(value) if key.endswith("_at") else printable(value, with_marks=with_marks)
    return value


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text).astimezone(UTC)
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _written_at(content: dict[str, Any]) -> datetime:
    last = (
        (content.get("signature") or {}).get("signed_at")
        or (content["specialist"] or {}).get("reviewed_at")
        or content["machine"].get("composed_at")
        or content["case"]["submitted_at"]
    )
    return datetime.fromisoformat(last).replace(microsecond=0)
