"""A report on paper: its sheet as a tagged PDF/A, set by Typst.

Everything that people typed reaches the page as data, never as markup: templates/report/report.typ reads it from JSON.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typst
from django.conf import settings

from diagnosis.rendering.crops import crops
from diagnosis.rendering.sheet import sheet
from diagnosis.rendering.thumbnails import thumbnail
from diagnosis.rendering.typefaces import fonts, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnosis.rendering.signature import Check

TEMPLATE = settings.BASE_DIR / "templates" / "report" / "report.typ"
# Kept readable for decades (PDF/A-2a), and readable aloud (PDF/UA-1).
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
# Enough for 200 dots an inch and more: eight centimetres of the field, three of a cell, one of the others.
FIELD_SIDE, CELL_SIDE, THUMBNAIL_SIDE = 960, 240, 150


@dataclass(frozen=True, slots=True)
class ReportImage:
    """A field of the case: its number there and its image, as JPEG or PNG."""

    number: int
    data: bytes


def report_pdf(content: dict[str, Any], *, images: Sequence[ReportImage] = (), check: Check | None = None) -> bytes:
    """Return the report as PDF; the same content, images and release of the product give the same bytes.

    `content` is what report_content.compose returns, with its `signature` once signed. Without one the report is
    marked as unsigned on every page.
    """
    shown = sheet(content, check=check)
    pictures = json.dumps(_pictures(shown["machine"], images))
    written_at = _written_at(content)
    try:
        return _set(shown, pictures, written_at, with_marks=True)
    except typst.TypstError:
        # A mark on a letter of another typeface has no glyph of its own, which PDF/A forbids.
        return _set(shown, pictures, written_at, with_marks=False)


def _set(shown: dict[str, Any], pictures: str, written_at: datetime, *, with_marks: bool) -> bytes:
    return typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=fonts(),
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=STANDARDS,
        timestamp=written_at,
        sys_inputs={
            "pictures": pictures,
            "sheet": json.dumps(_for_print(shown, with_marks=with_marks)),
        },
    )


def _pictures(machine: dict[str, Any], images: Sequence[ReportImage]) -> dict[str, Any]:
    """Return the pictures that the sheet speaks of as numbers, which is how JSON carries bytes."""
    data = {image.number: image.data for image in images}
    field = data.get(machine["field"]["image"]) if machine["field"] else None
    cells: dict[str, list[int]] = {}
    for number, image in data.items():
        shown = {place: cell["box"] for place, cell in enumerate(machine["cells"]) if cell["image"] == number}
        cut = crops(image, [tuple(box) for box in shown.values()], side=CELL_SIDE) if shown else []
        cells |= {str(place): list(cell) for place, cell in zip(shown, cut, strict=True)}
    return {
        "field": list(thumbnail(field, side=FIELD_SIDE)) if field else None,
        "cells": cells,
        "thumbnails": {str(number): list(thumbnail(image, side=THUMBNAIL_SIDE)) for number, image in data.items()},
    }


def _for_print(value: Any, *, with_marks: bool) -> Any:
    if isinstance(value, dict):
        return {name: _for_print(entry, with_marks=with_marks) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_for_print(entry, with_marks=with_marks) for entry in value]
    return printable(value, with_marks=with_marks) if isinstance(value, str) else value


def _written_at(content: dict[str, Any]) -> datetime:
    last = (
        (content.get("signature") or {}).get("signed_at")
        or (content["specialist"] or {}).get("reviewed_at")
        or content["machine"].get("composed_at")
        or content["case"]["submitted_at"]
    )
    return datetime.fromisoformat(last).replace(microsecond=0)
