"""Small pictures of smears, for printed reports and lists. Never for reading: that takes the stored image."""

from __future__ import annotations

import io

from PIL import Image


def thumbnail(image: bytes, *, side: int) -> bytes:
    """Return a JPEG of the image that fits into a square of `side` pixels."""
    with Image.open(io.BytesIO(image)) as opened:
        # A JPEG is decoded at an eighth, a quarter or half of its size where that is enough.
        opened.draft("RGB", (side, side))
        small = opened.convert("RGB")
    small.thumbnail((side, side))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
