"""What may become a smear, and in which form it is stored.

The content decides the type, not the name. Limits are checked on the header, before pixels are decoded. Nothing but
pixels survives: a JPEG keeps its compressed data byte for byte and loses its metadata segments; everything else is
stored as PNG.
"""

from __future__ import annotations

import hashlib
import io
import re
import warnings
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from diagnosis import errors

FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF")
MIN_SIDE = 64
WIDE_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
PRINT_MODES = ("CMYK", "YCbCr", "LAB", "HSV")


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
        megabytes = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        raise errors.FileTooLarge(
            f"The file is larger than {megabytes} MB. Export it as JPEG at quality 90 and upload that file."
        )
    with warnings.catch_warnings():
        # Our own limit, checked below on the header, is stricter than Pillow's.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return _clean(data)
        except Image.DecompressionBombError as error:
            raise errors.TooManyPixels from error


def original_name(name: str) -> str:
    """Return the file name without path parts and control characters, short enough to store."""
    last = PurePath(name.replace("\\", "/")).name
    return re.sub(r"[\x00-\x1f\x7f]", "", last)[-150:]


def _clean(data: bytes) -> CleanImage:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise errors.NotAnImage from error
    with image:
        _check_header(image)
        try:
            image.load()
        except (OSError, ValueError, SyntaxError, IndexError, EOFError) as error:
            raise errors.TruncatedImage from error
        upright = image.getexif().get(ExifTags.Base.Orientation, 1) in (0, 1)
        if image.format in ("JPEG", "MPO") and image.mode == "RGB" and upright:
            clean, media_type = _without_metadata(data), "image/jpeg"
            width, height = image.size
        else:
            pixels = _as_rgb(ImageOps.exif_transpose(image))
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
        raise errors.TooManyPixels(
            f"The image has {width * height / 1e6:.0f} megapixels; the limit is "
            f"{settings.MAX_UPLOAD_PIXELS / 1e6:.0f}. Export the field of view at a lower resolution."
        )
    if min(width, height) < MIN_SIDE:
        raise errors.TooFewPixels
    # A phone's JPEG may carry a preview as second picture (MPO); its first frame is the photograph.
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise errors.MultipleFrames
    if image.mode in PRINT_MODES:
        raise errors.UnsupportedColours
    if image.mode in WIDE_MODES or _has_wide_channels(image):
        raise errors.UnsupportedBitDepth


def _has_wide_channels(image: Image.Image) -> bool:
    # Pillow opens 16-bit colour as mode RGB and tells the depth only in the name of its decoder's input.
    return any("16" in str(part) for tile in getattr(image, "tile", ()) for part in _flatten(tile[3]))


def _flatten(arguments: object) -> tuple[object, ...]:
    return arguments if isinstance(arguments, tuple) else (arguments,)


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


# JPEG segments that a decoder needs: quantisation and Huffman tables, frames, restart interval, scan start; the
# JFIF and Adobe headers say how colours are meant. Everything else is metadata.
_JFIF, _ADOBE, _COMMENT, _START_OF_SCAN, _END = 0xE0, 0xEE, 0xFE, 0xDA, 0xD9
_MARK = 0xFF
_APPLICATION = range(0xE1, 0xF0)
_RESTART = range(0xD0, 0xD8)
_STANDALONE = {0x01, *_RESTART}


def _without_metadata(data: bytes) -> bytes:
    """Return a JPEG's picture without EXIF, comments, colour profiles, previews and trailing bytes."""
    kept = bytearray(data[:2])
    at = 2
    while at + 4 <= len(data):
        marker = data[at + 1]
        if data[at] != _MARK or marker in _STANDALONE or marker == _MARK:
            # Fill bytes and stray restart markers between segments carry nothing.
            at += 1
            continue
        if marker == _END:
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        is_metadata = marker in _APPLICATION and marker != _ADOBE
        if marker == _START_OF_SCAN:
            end = _end_of_scan(data, end)
        if not is_metadata and marker != _COMMENT:
            kept += data[at:end] if marker != _JFIF else _bare_jfif(data[at:end])
        at = end
    return bytes(kept) + b"\xff\xd9"


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the entropy-coded data that starts at `at` ends: at the next real marker."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        following = data[at + 1]
        if following != 0 and following not in _RESTART and following != _MARK:
            return at
        at += 1 if following == _MARK else 2


def _bare_jfif(segment: bytes) -> bytes:
    """Return the JFIF header without its embedded thumbnail; drop extensions that are not JFIF itself."""
    if segment[4:9] != b"JFIF\x00":
        return b""
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00"
