"""Which parts of an image the network is shown, so that each shows as much as a training field."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.scale import Scale
    from models.segmentation import Cell

Rgb = npt.NDArray[np.uint8]
Map = npt.NDArray[np.float32]

FIELD_WIDTH, FIELD_HEIGHT = 16.0, 12.1
"""Red-cell diameters across and down a training field: medians of `scale.estimate` over the training images."""
MOST = 6
"""Most tiles across, and down: larger fields are sampled evenly."""

_LEAST_LARGER, _LEAST_SMALLER, _LARGEST = 0.78, 0.4, 1.33
_LARGEST_RATIO = 2.25
_LEAST = 0.4
_SLACK = 0.3
_OVERLAP = 1.05
_LARGEST_TILE = 1.25
_CONTINUED_SIDE = 896  # four times the side that the network is shown


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of an image, in image pixels; it may begin left of the image or above it."""

    left: int
    top: int
    width: int
    height: int

    def of(self, rgb: Rgb) -> Rgb:
        """Cut the tile out of its image; what lies outside is the mirror image of what lies inside.

        What is continued is shrunk first, by a whole number, so that a large photograph takes no more memory than it
        has already.
        """
        above, before = max(0, -self.top), max(0, -self.left)
        part = rgb[self.top + above : self.top + self.height, self.left + before : self.left + self.width]
        if not above and not before:
            return part
        times = max(1, min(self.width, self.height) // _CONTINUED_SIDE)
        size = max(1, part.shape[1] // times), max(1, part.shape[0] // times)
        part = np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8) if times > 1 else part
        above, before = above // times, before // times
        return np.asarray(cv2.copyMakeBorder(part, above, 0, before, 0, cv2.BORDER_REFLECT_101), np.uint8)

    def holds(self, cell: Cell) -> bool:
        """Whether the middle of a cell lies in the tile."""
        left, top, width, height = cell.box
        across, down = left + width / 2 - self.left, top + height / 2 - self.top
        return 0 <= across < self.width and 0 <= down < self.height


def fields_of(size: tuple[int, int], scale: Scale | None) -> tuple[float, float]:
    """How many training fields an image shows, across and down; (1, 1) without a scale.

    Parameters
    ----------
    size : tuple of int
        Width and height, pixels.
    scale : Scale or None
        Of the same image.
    """
    if scale is None:
        return 1.0, 1.0
    return size[0] / scale.width / FIELD_WIDTH, size[1] / scale.height / FIELD_HEIGHT


def is_alike(fields: tuple[float, float]) -> bool:
    """Whether an image shows about as much as a training field, as all but a few of the training images do themselves.

    One direction alone says little: red cells that lie in chains make the estimate along the chain too large. But it
    is never so much too large as a strip of a field is narrow.
    """
    larger, smaller = max(fields), min(fields)
    return (
        larger >= _LEAST_LARGER
        and smaller >= _LEAST_SMALLER
        and larger <= _LARGEST_RATIO * smaller
        and math.sqrt(larger * smaller) <= _LARGEST
    )


def lay(size: tuple[int, int], fields: tuple[float, float]) -> tuple[Tile, ...]:
    """Lay tiles over an image.

    An image that shows about as much as a training field is one tile, the whole of it. So is one that shows so little
    that its mirror images would be most of the tile: it cannot stand for a field. Other tiles have the extent of
    a training field: several, spread evenly with a slight overlap, over what is larger; over what is smaller, one that
    reaches beyond the image to the left and above, so that a scale bar stays where it is covered.

    Parameters
    ----------
    size : tuple of int
        Width and height, pixels.
    fields : tuple of float
        As `fields_of` returns.

    Returns
    -------
    tuple of Tile
        1 to 36, row by row.
    """
    width, height = size
    across, down = fields
    seen = math.sqrt(min(across, 1) * min(down, 1))
    if is_alike(fields) or seen < _LEAST:
        return (Tile(0, 0, width, height),)
    return tuple(
        Tile(left, top, tile_width, tile_height)
        for top, tile_height in _spread(height, down)
        for left, tile_width in _spread(width, across)
    )


def voters(tiles: Sequence[Tile], cells: Sequence[Cell]) -> tuple[Tile, ...]:
    """Return the tiles that show leukocytes; all of them when none does."""
    return tuple(tile for tile in tiles if any(tile.holds(cell) for cell in cells)) or tuple(tiles)


def stitch(size: tuple[int, int], tiles: Sequence[Tile], maps: Sequence[Map], fields: tuple[float, float]) -> Map:
    """Lay the feature maps of tiles over the image that they were cut from.

    Parameters
    ----------
    size : tuple of int
        Width and height of the image, pixels.
    tiles : sequence of Tile
    maps : sequence of float32 (h, w, D)
        One for each tile.
    fields : tuple of float
        As `fields_of` returns.

    Returns
    -------
    float32 (H, W, D)
        Squares about as large as those of the maps, the mean where tiles overlap, 0 where none lies; the map itself
        when the only tile is the image.
    """
    if len(tiles) == 1 and tiles[0] == Tile(0, 0, *size):
        return maps[0]
    rows, columns, depth = maps[0].shape
    grid = tuple(
        max(1, round(side * min(share, MOST))) for side, share in zip((rows, columns), fields[::-1], strict=True)
    )
    total, count = np.zeros((*grid, depth), np.float32), np.zeros((*grid, 1), np.float32)
    for tile, each in zip(tiles, maps, strict=True):
        down, row = _squares(grid[0], size[1], tile.top, tile.height, rows)
        across, column = _squares(grid[1], size[0], tile.left, tile.width, columns)
        total[np.ix_(down, across)] += each[np.ix_(row, column)]
        count[np.ix_(down, across)] += 1
    return np.asarray(total / np.maximum(count, 1), np.float32)


def _spread(length: int, fields: float) -> list[tuple[int, int]]:
    """Return starts and lengths of tiles along one direction."""
    field = length / fields
    if fields < 1:
        return [(length - round(field), round(field))]
    number = min(MOST, max(1, math.ceil(fields - _SLACK)))
    if number == 1:
        return [(0, length)]
    extent = round(field * min(max(1.0, fields / number * _OVERLAP), _LARGEST_TILE))
    return [(round(place * (length - extent) / (number - 1)), extent) for place in range(number)]


def _squares(
    count: int, length: int, start: int, extent: int, cells: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the squares of the image's grid whose middle lies in a tile, and the tile's squares that lie there."""
    middles = ((np.arange(count) + 0.5) * length / count - start) / extent
    inside = np.flatnonzero((middles >= 0) & (middles < 1))
    return inside, (middles[inside] * cells).astype(np.intp)
