"""The activation map as a picture: warm where the network looked, clear where it did not."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDE = 448
# Twelve points of matplotlib's "inferno": even steps look even, it survives print in grey and colour blindness.
_INFERNO = (
    (0, 0, 4),
    (20, 11, 54),
    (58, 9, 99),
    (96, 19, 110),
    (133, 33, 107),
    (169, 46, 94),
    (203, 65, 73),
    (230, 93, 47),
    (247, 131, 17),
    (252, 173, 18),
    (245, 219, 75),
    (252, 255, 164),
)
_CLEAR_BELOW, _FULL_ABOVE = 0.15, 0.7


def png(values: Sequence[Sequence[float]]) -> bytes:
    """Draw a map of values between 0 and 1 as a smooth, partly clear square."""
    height, width = len(values), len(values[0])
    grey = Image.new("L", (width, height))
    grey.putdata([round(255 * min(max(value, 0.0), 1.0)) for row in values for value in row])
    smooth = grey.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    channels = [smooth.point([colour[channel] for colour in _palette()]) for channel in range(3)]
    drawn = Image.merge("RGBA", [*channels, smooth.point(_opacities())])
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


@cache
def _palette() -> tuple[tuple[int, int, int], ...]:
    """Interpolate the colour of each of the 256 levels."""
    colours = []
    for level in range(256):
        place = level / 255 * (len(_INFERNO) - 1)
        below = min(int(place), len(_INFERNO) - 2)
        share = place - below
        red, green, blue = (
            round(low + share * (high - low)) for low, high in zip(_INFERNO[below], _INFERNO[below + 1], strict=True)
        )
        colours.append((red, green, blue))
    return tuple(colours)


@cache
def _opacities() -> tuple[int, ...]:
    """Let the smear show through where the network did not look."""
    span = _FULL_ABOVE - _CLEAR_BELOW
    return tuple(round(255 * min(max((level / 255 - _CLEAR_BELOW) / span, 0.0), 1.0)) for level in range(256))
