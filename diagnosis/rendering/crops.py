"""Cells cut out of a smear: single pictures for a report, sheets of many for the gallery."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# x, y, width and height in pixels of the stored image.
Box = tuple[int, int, int, int]

# How much of the field is seen round a cell, as a multiple of its longer side.
MARGIN = 1.25
QUALITY = 88


def crop(image: bytes, box: Box, *, side: int) -> bytes:
    """Return the cell in its box as a square JPEG of `side` pixels, with a little of the field round it."""
    return crops(image, [box], side=side)[0]


def crops(image: bytes, boxes: Sequence[Box], *, side: int) -> list[bytes]:
    """Return a square JPEG for each box; the image is decoded once."""
    return [_jpeg(square) for square in _squares(image, boxes, side)]


def sheet(image: bytes, boxes: Sequence[Box], *, side: int, columns: int) -> bytes:
    """Return one JPEG with the squares of all boxes in rows of `columns`, in their order."""
    rows = -(-len(boxes) // columns)
    drawn = Image.new("RGB", (side * min(columns, len(boxes)), side * rows), "white")
    for at, square in enumerate(_squares(image, boxes, side)):
        drawn.paste(square, (side * (at % columns), side * (at // columns)))
    return _jpeg(drawn)


def _squares(image: bytes, boxes: Sequence[Box], side: int) -> Iterator[Image.Image]:
    with Image.open(io.BytesIO(image)) as opened:
        field = opened.convert("RGB")
    for box in boxes:
        part = _around(box, field.size)
        yield field.resize((side, side), Image.Resampling.BICUBIC, box=part)


def _around(box: Box, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return the square round the box, moved into the image where it would leave it."""
    x, y, width, height = box
    side = min(MARGIN * max(width, height), *size)
    left = min(max(x + (width - side) / 2, 0), size[0] - side)
    top = min(max(y + (height - side) / 2, 0), size[1] - side)
    return left, top, left + side, top + side


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
