"""Real bytes of images, made by Pillow, and what becomes of them."""

import io
from typing import Any

from PIL import Image

from diagnosis import uploads

SIZE = (320, 240)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def inspect(data: bytes) -> uploads.CleanImage:
    return uploads.inspect(io.BytesIO(data))


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()
