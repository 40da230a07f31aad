"""Real bytes, made here by Pillow: what becomes a smear, what is refused with which code, and what is stored of it."""

import contextlib
import io
import random
import struct
import zlib
from typing import Any

import pytest
from PIL import BmpImagePlugin, ExifTags, Image, ImageCms, PngImagePlugin

from diagnosis import errors, uploads
from tests.factories import picture

SECRET = b"Jo Confidential"
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


def refused(data: bytes) -> type[errors.ImageRefused]:
    with pytest.raises(errors.ImageRefused) as refusal:
        inspect(data)
    assert refusal.value.sentence.endswith(".")
    return type(refusal.value)


# -- what works ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("JPEG", "image/jpeg"),
        ("PNG", "image/png"),
        ("TIFF", "image/png"),
        ("BMP", "image/png"),
        ("WEBP", "image/png"),
        ("GIF", "image/png"),
    ],
)
def test_single_images_of_the_usual_kinds_work(kind, media_type):
    data = encoded(picture(1), kind)
    clean = inspect(data)
    assert (clean.width, clean.height) == SIZE
    assert clean.media_type == media_type
    assert pixels(clean.data) == pixels(data)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "jpeg"])
def test_compressed_tiff_works(compression):
    data = encoded(picture(1), "TIFF", compression=compression)
    assert pixels(inspect(data).data) == pixels(data)


@pytest.mark.parametrize("width", [400, 534, 540, 1600, 1616])
def test_no_width_is_taken_for_a_bit_depth(width):
    # Row lengths that contain the digits of sixteen.
    for kind in ("BMP", "TIFF", "PNG"):
        assert inspect(encoded(picture(1, (width, 64)), kind)).width == width


@pytest.mark.parametrize("mode", ["L", "1", "P"])
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_grey_and_palette_become_rgb(mode, kind):
    data = encoded(picture(1).convert(mode), kind)
    clean = inspect(data)
    assert pixels(clean.data) == pixels(data)
    with Image.open(io.BytesIO(clean.data)) as image:
        assert image.mode == "RGB"


def test_grey_jpeg_becomes_rgb():
    data = encoded(picture(1).convert("L"), "JPEG")
    assert pixels(inspect(data).data) == pixels(data)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_transparent_image_is_laid_on_white(kind):
    image = picture(1).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(SIZE).point(lambda value: 255 if value > 99 else 0))
    with Image.open(io.BytesIO(inspect(encoded(image, kind, lossless=True)).data)) as stored:
        assert stored.mode == "RGB"
        assert stored.getpixel((5, 0)) == (255, 255, 255)
        assert stored.getpixel((5, 239)) == image.getpixel((5, 239))[:3]


def test_transparent_palette_is_laid_on_white():
    image = picture(1).convert("P")
    data = encoded(image, "PNG", transparency=image.getpixel((0, 0)))
    with Image.open(io.BytesIO(inspect(data).data)) as stored:
        assert stored.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "turn"),
    [
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_270),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_90),
    ],
)
def test_rotated_image_is_stored_upright(kind, orientation, turn):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    options = {"lossless": True} if kind == "WEBP" else {}
    as_lying = encoded(picture(1), kind, **options)
    clean = inspect(encoded(picture(1), kind, exif=exif, **options))
    with Image.open(io.BytesIO(as_lying)) as lying:
        upright = lying.convert("RGB").transpose(turn)
    assert (clean.width, clean.height) == upright.size
    assert pixels(clean.data) == upright.tobytes()


def test_photograph_with_a_preview_picture_is_the_photograph():
    data = encoded(picture(1), "MPO", save_all=True, append_images=[picture(2, (160, 120))])
    clean = inspect(data)
    assert clean.media_type == "image/jpeg"
    assert pixels(clean.data) == pixels(data)
    assert clean.data.count(b"\xff\xd8\xff") == 1


@pytest.mark.parametrize("name", ["field.png", "field.txt", "field", ""])
def test_content_decides_the_type_and_not_the_name(name):
    upload = io.BytesIO(encoded(picture(1), "JPEG"))
    upload.name = name
    assert uploads.inspect(upload).media_type == "image/jpeg"


# -- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"no image", b"%PDF-1.7 report", b"PK\x03\x04" * 100, b"<svg onload='x'></svg>", b"\x00" * 5000]
)
def test_what_is_no_image_is_refused(data):
    assert refused(data) is errors.NotAnImage


def test_zero_bytes_are_refused():
    assert refused(b"") is errors.EmptyFile


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated_image_is_refused(kind, share):
    noise = Image.effect_noise(SIZE, 80).convert("RGB")
    data = encoded(noise, kind)
    assert refused(data[: int(len(data) * share)]) is errors.TruncatedImage


def test_jpeg_cut_off_in_its_header_is_refused_as_truncated():
    assert refused(encoded(picture(1), "JPEG")[:100]) is errors.TruncatedImage


def test_file_over_the_byte_limit_is_refused_unread(settings):
    settings.MAX_UPLOAD_BYTES = 1000
    upload = io.BytesIO(bytes(5000))
    with pytest.raises(errors.FileTooLarge):
        uploads.inspect(upload)
    assert upload.tell() == 1001


def test_image_over_the_pixel_limit_is_refused_before_decoding(settings, monkeypatch):
    settings.MAX_UPLOAD_PIXELS = 70_000
    data = encoded(picture(1), "BMP")
    monkeypatch.setattr(BmpImagePlugin.BmpImageFile, "load", lambda _: pytest.fail("pixels were decoded"))
    assert refused(data) is errors.TooManyPixels


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10_000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(20_000, 20_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_decompression_bomb_is_refused_by_its_header(size):
    assert refused(_png_that_claims(*size)) is errors.TooManyPixels


def test_compressed_text_that_would_fill_the_memory_is_refused():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * 100_000_000, zip=True)
    data = encoded(picture(1), "PNG", pnginfo=text)
    assert len(data) < 200_000
    assert refused(data) is errors.TruncatedImage


def test_thumbnail_is_refused():
    assert refused(encoded(picture(1, (200, 63)), "PNG")) is errors.TooFewPixels


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_animated_and_multi_page_files_are_refused(kind):
    data = encoded(picture(1), kind, save_all=True, append_images=[picture(2), picture(3)])
    assert refused(data) is errors.MultipleFrames


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_grey_is_refused(kind):
    image = Image.new("I;16", SIZE, 40_000)
    assert refused(encoded(image, kind)) is errors.UnsupportedBitDepth


def test_16_bit_rgb_png_is_refused():
    rows = b"".join(b"\x00" + b"\x12\x34" * 3 * 100 for _ in range(100))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 100, 100, 16, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    assert refused(data) is errors.UnsupportedBitDepth


def test_16_bit_rgb_tiff_is_refused():
    side, strip = 100, 8 + 2 + 12 * 9 + 4 + 6
    tags = [
        (256, 3, 1, side),
        (257, 3, 1, side),
        (258, 3, 3, strip - 6),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, strip),
        (277, 3, 1, 3),
        (278, 3, 1, side),
        (279, 4, 1, side * side * 6),
    ]
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    data = b"II*\x00" + struct.pack("<I", 8) + directory + struct.pack("<HHH", 16, 16, 16) + bytes(side * side * 6)
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == "RGB"  # which is why the mode alone does not tell
    assert refused(data) is errors.UnsupportedBitDepth


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_print_colours_are_refused(kind):
    assert refused(encoded(picture(1).convert("CMYK"), kind)) is errors.UnsupportedColours


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


# -- what is stored ------------------------------------------------------------------------------


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
