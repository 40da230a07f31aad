"""What may become a smear, and in which form it is stored.

The content decides the type, not the name. Limits are checked on the header, before pixels are decoded. Nothing but
pixels survives: a JPEG keeps its compressed data byte for byte and loses its metadata segments; everything else is
stored as PNG.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _
from PIL import ExifTags, Image
from PIL.Image import Transpose

from diagnosis import errors
from diagnosis.jpeg import without_metadata

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF")
MIN_SIDE = 64
# Longer strips are no field of view, and nothing can be measured in them.
LONGEST_TO_SHORTEST = 10
WIDE_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
PRINT_MODES = ("CMYK", "YCbCr", "LAB", "HSV")
# How files of these kinds begin: one that cannot be opened all the same is damaged.
SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"II*\x00", b"MM\x00*", b"GIF8", b"RIFF")
# What Pillow's readers raise at a damaged or hostile file.
DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)
# How to turn an image whose EXIF orientation is not 1.
UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class CleanImage:
    """An upload that passed: what will be stored, and what it was sent as."""

    data: bytes
    media_type: str
    width: int
    height: int
    sha256: str
    upload_sha256: str


def inspect(upload: BinaryIO) -> CleanImage:
    """Return the clean form of an upload, or raise the ImageRefused that tells a technician what to do."""
    data = upload.read(settings.MAX_UPLOAD_BYTES + 1)
    if not data:
        raise errors.EmptyFile
    if len(data) > settings.MAX_UPLOAD_BYTES:
        sentence = _("The file is larger than %(limit)s MB. Export it as JPEG at quality 90 and upload that file.")
        raise errors.FileTooLarge(sentence % {"limit": settings.MAX_UPLOAD_BYTES // (1024 * 1024)})
    with warnings.catch_warnings():
        # Our own limit is stricter than Pillow's, and what else it warns of says nothing about the pixels.
        warnings.simplefilter("ignore")
        try:
            return _clean(data)
        except Image.DecompressionBombError as error:
            raise errors.TooManyPixels from error


class BoundedUpload(TemporaryFileUploadHandler):
    """Receives an upload without keeping more of it than `inspect` needs to see that it is over the limit.

    The rest is read and dropped, so that the sender gets an answer instead of a broken connection.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a chunk that begins within the limit."""
        if start <= settings.MAX_UPLOAD_BYTES:
            super().receive_data_chunk(raw_data, start)


def original_name(name: str) -> str:
    """Return the file name without path parts and control characters, short enough to store."""
    last = PurePath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f]", "", last)[-150:]


def _clean(data: bytes) -> CleanImage:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except DAMAGE as error:
        raise (errors.TruncatedImage if data.startswith(SIGNATURES) else errors.NotAnImage) from error
    with image:
        _check_header(image)
        try:
            image.load()
        except DAMAGE as error:
            raise errors.TruncatedImage from error
        turn = _turn(image)
        if image.format in ("JPEG", "MPO") and image.mode == "RGB" and turn is None:
            clean, media_type = without_metadata(data), "image/jpeg"
            width, height = image.size
        else:
            pixels = _as_rgb(image if turn is None else image.transpose(turn))
            clean, media_type = _as_png(pixels), "image/png"
            width, height = pixels.size
    return CleanImage(
        data=clean,
        media_type=media_type,
        width=width,
        height=height,
        sha256=hashlib.sha256(clean).hexdigest(),
        upload_sha256=hashlib.sha256(data).hexdigest(),
    )


def _check_header(image: Image.Image) -> None:
    width, height = image.size
    if width * height > settings.MAX_UPLOAD_PIXELS:
        sentence = _(
            "The image has %(pixels)s megapixels; the limit is %(limit)s. "
            "Export the field of view at a lower resolution."
        )
        pixels, limit = (f"{number / 1e6:.0f}" for number in (width * height, settings.MAX_UPLOAD_PIXELS))
        raise errors.TooManyPixels(sentence % {"pixels": pixels, "limit": limit})
    if min(width, height) < MIN_SIDE:
        raise errors.TooFewPixels
    if max(width, height) > LONGEST_TO_SHORTEST * min(width, height):
        raise errors.TooNarrow
    # A phone's JPEG may carry a preview as second picture (MPO); its first frame is the photograph.
    if image.format != "MPO" and _has_more_frames(image):
        raise errors.MultipleFrames
    if image.mode in PRINT_MODES:
        raise errors.UnsupportedColours
    if image.mode in WIDE_MODES or _has_wide_channels(image):
        raise errors.UnsupportedBitDepth


def _has_more_frames(image: Image.Image) -> bool:
    # Not n_frames, which walks through a file that may claim millions.
    try:
        return bool(getattr(image, "is_animated", False))
    except DAMAGE as error:
        raise errors.TruncatedImage from error


def _has_wide_channels(image: Image.Image) -> bool:
    # Pillow opens 16-bit colour as mode RGB and tells the depth only in the name of its decoder's input: "RGB;16B".
    inputs = [tile[3] if isinstance(tile[3], tuple) else (tile[3],) for tile in getattr(image, "tile", ())]
    return image.format in ("PNG", "TIFF") and any(
        isinstance(part, str) and ";16" in part for parts in inputs for part in parts
    )


def _turn(image: Image.Image) -> Transpose | None:
    """Return what turns the image upright; damaged EXIF says nothing about it."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except DAMAGE:
        return None
    return UPRIGHT.get(orientation) if isinstance(orientation, int) else None


def _as_rgb(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    return image.convert("RGB")


def _as_png(image: Image.Image) -> bytes:
    # A fresh image, so that nothing but pixels is written.
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    buffer = io.BytesIO()
    bare.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()
