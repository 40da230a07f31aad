import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from diagnosis.jpeg import without_metadata
from tests.factories import picture

NOTE = b"Jo Confidential"


def segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


def decoded(data: bytes) -> tuple[tuple[int, int], bytes]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size, image.tobytes()


def jpeg(image: Image.Image, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


WAYS_TO_ENCODE = st.fixed_dictionaries(
    {"quality": st.integers(5, 100), "progressive": st.booleans(), "optimize": st.booleans()},
    optional={"restart_marker_blocks": st.integers(1, 5)},
).flatmap(
    lambda options: st.sampled_from(
        [options | {"keep_rgb": True}, *({**options, "subsampling": way} for way in ("4:4:4", "4:2:2", "4:2:0"))]
    )
)
NOTES = st.lists(st.tuples(st.sampled_from([0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF, 0xFE]), st.binary(max_size=40)))


@settings(max_examples=120, deadline=None)
@given(noise=st.integers(0, 200), size=st.tuples(*[st.integers(1, 90)] * 2), options=WAYS_TO_ENCODE, notes=NOTES)
def test_picture_is_unchanged_and_nothing_else_is_left(noise, size, options, notes):
    image = Image.blend(picture(noise, size), Image.effect_noise(size, noise).convert("RGB"), 0.5)
    data = jpeg(image, **options)
    after_jfif = 2 + (18 if data[3] == 0xE0 else 0)
    inserted = b"".join(segment(marker, NOTE + note) for marker, note in notes)
    noted = data[:after_jfif] + inserted + data[after_jfif:] + NOTE

    clean = without_metadata(noted)

    assert decoded(clean) == decoded(data)
    assert NOTE not in clean
    assert without_metadata(clean) == clean
    assert clean == without_metadata(data)
    assert clean.count(b"\xff\xda") == data.count(b"\xff\xda")


def test_progressive_jpeg_keeps_all_its_scans():
    data = jpeg(picture(1), progressive=True, quality=95)
    assert data.count(b"\xff\xda") > 5
    assert without_metadata(data).count(b"\xff\xda") == data.count(b"\xff\xda")


@pytest.mark.parametrize("marker", [0xE0, 0xE1, 0xEE, 0xF0, 0xFD, 0xFE, 0x02, 0xBF])
def test_no_segment_but_the_pictures_own_is_kept(marker):
    data = jpeg(picture(1))
    noted = data[:20] + segment(marker, NOTE) + data[20:]
    assert without_metadata(noted) == without_metadata(data)


def test_what_follows_the_colour_transform_in_adobes_segment_goes():
    adobe = segment(0xEE, b"Adobe\x00\x64" + NOTE[:4] + b"\x01" + NOTE)
    data = jpeg(picture(1))
    clean = without_metadata(data[:20] + adobe + data[20:])
    assert b"Adobe\x00\x64\x00\x00\x00\x00\x01\xff" in clean
    assert NOTE[:4] not in clean
    assert decoded(clean) == decoded(data)


def test_jfif_preview_goes():
    preview = b"JFIF\x00\x01\x02\x01\x01\x2c\x01\x2c\x02\x02" + b"\xaa\xbb\xcc" * 4
    data = jpeg(picture(1))
    assert without_metadata(data[:2] + segment(0xE0, preview) + data[20:]) == without_metadata(data)


def test_fill_bytes_before_a_marker_are_dropped():
    data = jpeg(picture(1))
    assert without_metadata(data[:20] + b"\xff\xff\xff" + data[20:]) == without_metadata(data)
