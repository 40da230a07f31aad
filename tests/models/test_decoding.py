"""What the engine reads, and what it refuses with a sentence."""

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps

from models.decoding import SENTENCES, RefusalCode, Refused, decode


@pytest.fixture
def picture() -> Image.Image:
    """Smooth colours, 120 wide and 80 high, the top left quarter red."""
    rng = np.random.default_rng(3)
    rgb = cv2.GaussianBlur(rng.integers(80, 255, (80, 120, 3)).astype(np.uint8), (0, 0), 3)
    rgb[:40, :60] = (200, 20, 30)
    return Image.fromarray(rgb)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def refusal(data: bytes) -> RefusalCode:
    with pytest.raises(Refused) as refused:
        decode(data)
    assert refused.value.sentence == str(refused.value) == SENTENCES[refused.value.code]
    return refused.value.code


def png_header(width: int, height: int, depth: int = 8) -> bytes:
    """Make a PNG that claims a size and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF"])
def test_still_photographs_are_read_as_rgb(picture, kind):
    rgb = decode(saved(picture, kind))
    assert rgb.shape == (80, 120, 3)
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    red, green, blue = rgb[20, 30].astype(int)
    assert red > 170
    assert max(green, blue) < 70


def test_lossless_pixels_come_through_unchanged(picture):
    assert np.array_equal(decode(saved(picture, "PNG")), np.asarray(picture))


def test_the_name_of_the_format_does_not_matter_only_the_content(picture):
    assert decode(saved(picture, "TIFF", compression="tiff_lzw")).shape == (80, 120, 3)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_grey_images_become_rgb(picture, kind):
    rgb = decode(saved(picture.convert("L"), kind))
    assert rgb.shape == (80, 120, 3)
    assert np.array_equal(rgb[..., 0], rgb[..., 2])


def test_transparent_pixels_are_laid_on_white(picture):
    picture.putalpha(0)
    assert (decode(saved(picture, "PNG")) == 255).all()


def test_half_transparent_pixels_are_mixed_with_white():
    image = Image.new("RGBA", (64, 64), (100, 0, 200, 51))
    assert decode(saved(image, "PNG"))[5, 5].tolist() == [224, 204, 244]


def test_a_palette_with_a_transparent_colour_is_read(picture):
    assert decode(saved(picture.convert("P"), "PNG", transparency=0)).shape == (80, 120, 3)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_orientation_is_applied_as_viewers_apply_it(picture, kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(picture, kind, exif=exif, quality=95)
    assert np.abs(decode(data).astype(int) - expected_upright(data)).mean() < 3


def expected_upright(data: bytes) -> np.ndarray:
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"), int)


def test_a_tiff_turned_by_its_tag_is_turned_once(picture):
    assert decode(saved(picture, "TIFF", tiffinfo={0x0112: 6})).shape == (120, 80, 3)


def test_a_phone_photograph_with_an_embedded_preview_is_one_photograph(picture):
    data = saved(picture, "MPO", save_all=True, append_images=[picture.resize((60, 40))])
    assert decode(data).shape == (80, 120, 3)


def test_zero_bytes_are_refused():
    assert refusal(b"") is RefusalCode.EMPTY


@pytest.mark.parametrize("data", [b"%PDF-1.7 nothing to see", b"\0" * 4000, b"GIF", b"<svg/>", bytes(range(256)) * 9])
def test_what_is_not_an_image_is_refused(data):
    assert refusal(data) is RefusalCode.NOT_AN_IMAGE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.95])
def test_truncated_files_are_refused(picture, kind, share):
    data = saved(picture, kind)
    assert refusal(data[: int(len(data) * share)]) is RefusalCode.TRUNCATED


def test_a_truncated_progressive_jpeg_is_refused_not_shown_half_grey(picture):
    data = saved(picture, "JPEG", progressive=True)
    assert refusal(data[: int(len(data) * 0.8)]) is RefusalCode.TRUNCATED


def test_a_header_alone_is_refused(picture):
    assert refusal(saved(picture, "PNG")[:8]) is RefusalCode.TRUNCATED


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (10_001, 5_000), (50_000_001, 1)])
def test_more_than_fifty_megapixels_are_refused_before_decoding(width, height, monkeypatch):
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("the pixels were unpacked"))
    assert refusal(png_header(width, height)) is RefusalCode.TOO_MANY_PIXELS


def test_a_decompression_bomb_in_the_metadata_is_refused(picture):
    bomb = b"zTXt" + b"Comment\0\0" + zlib.compress(b"\0" * 80_000_000)
    chunk = struct.pack(">I", len(bomb) - 4) + bomb + struct.pack(">I", zlib.crc32(bomb))
    data = saved(picture, "PNG")
    assert refusal(data[:33] + chunk + data[33:]) is RefusalCode.TRUNCATED


def test_fifty_megapixels_exactly_are_not_too_many():
    assert refusal(png_header(10_000, 5_000)) is RefusalCode.TRUNCATED


@pytest.mark.parametrize(("width", "height"), [(31, 400), (400, 31), (1, 1)])
def test_tiny_images_are_refused(width, height):
    assert refusal(saved(Image.new("RGB", (width, height)), "PNG")) is RefusalCode.TOO_SMALL


@pytest.mark.parametrize(("kind", "options"), [("GIF", {}), ("PNG", {}), ("TIFF", {}), ("WEBP", {})])
def test_animations_and_pages_are_refused(picture, kind, options):
    other = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    data = saved(picture, kind, save_all=True, append_images=[other], **options)
    assert refusal(data) is RefusalCode.MULTIPLE_FRAMES


def test_sixteen_bit_grey_is_refused():
    grey = Image.fromarray(np.full((64, 64), 40_000, np.uint16))
    assert refusal(saved(grey, "PNG")) is RefusalCode.BIT_DEPTH_UNSUPPORTED
    assert refusal(saved(grey, "TIFF")) is RefusalCode.BIT_DEPTH_UNSUPPORTED


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
def test_sixteen_bit_colour_is_refused(suffix):
    _, data = cv2.imencode(suffix, np.full((64, 64, 3), 40_000, np.uint16))
    assert refusal(data.tobytes()) is RefusalCode.BIT_DEPTH_UNSUPPORTED


def test_floating_point_is_refused():
    assert refusal(saved(Image.new("F", (64, 64)), "TIFF")) is RefusalCode.BIT_DEPTH_UNSUPPORTED


@pytest.mark.parametrize(("mode", "kind"), [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("LAB", "TIFF")])
def test_other_colour_spaces_are_refused(picture, mode, kind):
    image = picture.convert("CMYK") if mode == "CMYK" else Image.new("LAB", (64, 64))
    assert refusal(saved(image, kind)) is RefusalCode.COLOUR_SPACE_UNSUPPORTED


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_tells_what_to_do(code):
    sentence = SENTENCES[code]
    assert ": " in sentence
    assert sentence.endswith(".")


def test_damaged_files_never_end_in_anything_but_a_refusal_or_an_image(picture):
    rng = np.random.default_rng(8)
    for kind in ("JPEG", "PNG", "TIFF", "GIF", "WEBP", "BMP"):
        whole = np.frombuffer(saved(picture, kind), np.uint8)
        for _ in range(60):
            broken = whole.copy()
            places = rng.integers(0, min(len(broken), 600), 6)
            broken[places] = rng.integers(0, 256, 6)
            try:
                rgb = decode(broken.tobytes())
            except Refused:
                continue
            assert rgb.ndim == 3
