"""What is stored of an image: its pixels and its name, and nothing else that came with it."""

import contextlib
import io
import random
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from diagnosis import errors, uploads
from tests.diagnosis.uploaded_images import encoded, inspect, pixels
from tests.factories import picture

SECRET = b"Jo Confidential"


def _with_secrets(kind: str) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = SECRET.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSProcessingMethod] = SECRET
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SECRET
    options: dict[str, Any] = {"icc_profile": profile}
    if kind in ("JPEG", "PNG", "WEBP", "TIFF"):
        options["exif"] = exif
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Patient", SECRET.decode())
        options["pnginfo"].add_itxt("XML:com.adobe.xmp", f"<x>{SECRET.decode()}</x>")
    elif kind == "JPEG":
        options |= {"comment": SECRET, "xmp": b"<x>" + SECRET + b"</x>"}
    elif kind == "GIF":
        options["comment"] = SECRET
    elif kind == "WEBP":
        options["xmp"] = b"<x>" + SECRET + b"</x>"
    return encoded(picture(1), kind, **options) + b"trailing " + SECRET


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP"])
def test_nothing_but_pixels_is_stored(kind):
    data = _with_secrets(kind)
    assert SECRET in data
    clean = inspect(data)
    for trace in (SECRET, b"Exif", b"ICC", b"iCCP", b"adobe", b"xmp", b"GPS", b"sRGB"):
        assert trace not in clean.data
    assert pixels(clean.data) == pixels(data)
    with Image.open(io.BytesIO(clean.data)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP"])
def test_same_pixels_with_other_metadata_are_the_same_image(kind):
    plain, other = encoded(picture(1), kind, dpi=(72, 72)), encoded(picture(1), kind, dpi=(300, 300))
    first, second, third = inspect(plain), inspect(other), inspect(_with_secrets(kind))
    assert first.sha256 == second.sha256 == third.sha256
    assert first.upload_sha256 != third.upload_sha256
    assert first.data == inspect(first.data).data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP"])
def test_damage_anywhere_is_taken_or_refused_and_never_an_error(kind):
    dice = random.Random(7)  # noqa: S311 - damage that can be repeated, not a secret
    whole = _with_secrets(kind)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 12)):
            data[dice.randrange(min(len(data), 900))] = dice.randrange(256)
        with contextlib.suppress(errors.ImageRefused):
            assert SECRET not in inspect(bytes(data)).data


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("field.jpg", "field.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\lab\\field.jpg", "field.jpg"),
        ("fi\x00e\r\nld.jpg", "field.jpg"),
        ("x" * 400 + ".jpg", "x" * 146 + ".jpg"),
        ("Ümläut 血.jpg", "Ümläut 血.jpg"),
        ("", ""),
        ("/", ""),
    ],
)
def test_name_is_kept_without_path_and_control_characters(name, kept):
    assert uploads.original_name(name) == kept
