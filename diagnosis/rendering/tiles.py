"""A large smear in tiles, so that a browser fetches what it shows: level 0 is one small tile, each level doubles it."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

SIDE = 1024
QUALITY = 88


@dataclass(frozen=True, slots=True)
class Tile:
    """Where a tile lies."""

    level: int
    column: int
    row: int


@dataclass(frozen=True, slots=True)
class Pyramid:
    """The levels of an image of this size."""

    width: int
    height: int

    @property
    def highest(self) -> int:
        """The level that has the image's own pixels."""
        return max(0, math.ceil(math.log2(max(self.width, self.height) / SIDE)))

    def size(self, level: int) -> tuple[int, int]:
        """Return the width and height of a level."""
        halvings = self.highest - level
        return -(-self.width // 2**halvings), -(-self.height // 2**halvings)

    def tiles(self, level: int) -> list[Tile]:
        """Return the tiles of a level, row by row."""
        width, height = self.size(level)
        return [Tile(level, column, row) for row in range(-(-height // SIDE)) for column in range(-(-width // SIDE))]

    def holds(self, tile: Tile) -> bool:
        """Whether there is such a tile."""
        return 0 <= tile.level <= self.highest and tile in self.tiles(tile.level)


def overview(image: bytes) -> bytes:
    """Return the tile of level 0, without decoding more of a JPEG than it needs."""
    with Image.open(io.BytesIO(image)) as opened:
        small = Pyramid(*opened.size).size(0)
        opened.draft("RGB", small)
        return _jpeg(opened.convert("RGB").resize(small, Image.Resampling.BOX))


def cut(image: bytes) -> Iterator[tuple[Tile, bytes]]:
    """Return every tile of the levels above 0, as JPEG."""
    with Image.open(io.BytesIO(image)) as opened:
        field = opened.convert("RGB")
    pyramid = Pyramid(*field.size)
    for level in range(pyramid.highest, 0, -1):
        field = field if field.size == pyramid.size(level) else field.reduce(2)
        for tile in pyramid.tiles(level):
            left, top = tile.column * SIDE, tile.row * SIDE
            part = (left, top, min(left + SIDE, field.width), min(top + SIDE, field.height))
            yield tile, _jpeg(field.crop(part))


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
