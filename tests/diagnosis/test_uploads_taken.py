"""What becomes a smear: every usual kind of image, upright, in RGB, on white."""

import io

import pytest
from PIL import ExifTags, Image

from diagnosis import uploads
from tests.diagnosis.uploaded_images import SIZE, encoded, inspect, pixels
from tests.factories import picture


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
        assert inspect(encoded(picture(1, (width, 200)), kind)).width == width


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
