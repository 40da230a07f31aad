"""What is refused, and with which error."""

import io
import struct
import zlib

import pytest
from PIL import BmpImagePlugin, Image, PngImagePlugin

from diagnosis import errors, uploads
from tests.diagnosis.uploaded_images import SIZE, encoded, inspect
from tests.factories import picture


def refused(data: bytes) -> type[errors.ImageRefused]:
    with pytest.raises(errors.ImageRefused) as refusal:
        inspect(data)
    assert refusal.value.sentence.endswith(".")
    return type(refusal.value)


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


@pytest.mark.parametrize("size", [(64, 641), (641, 64), (64, 700_000)])
def test_strip_is_refused_before_decoding(size):
    assert refused(_png_that_claims(*size)) is errors.TooNarrow


def test_field_ten_times_as_long_as_high_is_taken():
    assert inspect(encoded(picture(1, (640, 64)), "PNG")).width == 640


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
