import io

import pytest
from PIL import Image

from diagnosis.rendering.tiles import SIDE, Pyramid, Tile, cut, overview


def gradient(width, height, kind="JPEG"):
    """Draw an image whose red grows to the right and whose green grows downwards."""
    red, green = Image.linear_gradient("L").rotate(90), Image.linear_gradient("L")
    blue = Image.new("L", red.size, 128)
    buffer = io.BytesIO()
    Image.merge("RGB", (red, green, blue)).resize((width, height)).save(buffer, kind, quality=95)
    return buffer.getvalue()


def opened(data):
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG"
    return picture


@pytest.mark.parametrize(
    ("size", "levels"),
    [
        ((4000, 3000), [(1000, 750), (2000, 1500), (4000, 3000)]),
        ((2049, 1001), [(513, 251), (1025, 501), (2049, 1001)]),
        ((1024, 1024), [(1024, 1024)]),
    ],
)
def test_each_level_doubles_the_one_before_up_to_the_image_itself(size, levels):
    pyramid = Pyramid(*size)
    assert [pyramid.size(level) for level in range(pyramid.highest + 1)] == levels
    assert pyramid.tiles(0) == [Tile(0, 0, 0)]


def test_tiles_beyond_the_image_are_not_there():
    pyramid = Pyramid(4000, 3000)
    assert pyramid.holds(Tile(2, 3, 2))
    for beyond in (Tile(2, 4, 0), Tile(2, 0, 3), Tile(3, 0, 0), Tile(-1, 0, 0), Tile(10**9, 0, 0)):
        assert not pyramid.holds(beyond)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_overview_is_the_whole_image_small(kind):
    small = opened(overview(gradient(2400, 1600, kind)))
    assert small.size == Pyramid(2400, 1600).size(0)
    corner = small.getpixel((small.width - 3, 2))
    assert corner[0] > 240
    assert corner[1] < 15


def test_tiles_of_a_level_put_together_are_the_image_at_that_size():
    image = gradient(2500, 1700)
    pyramid = Pyramid(2500, 1700)
    parts = dict(cut(image))
    assert set(parts) == {tile for level in range(1, pyramid.highest + 1) for tile in pyramid.tiles(level)}
    for level in range(1, pyramid.highest + 1):
        whole = Image.new("RGB", pyramid.size(level))
        for tile in pyramid.tiles(level):
            whole.paste(opened(parts[tile]), (tile.column * SIDE, tile.row * SIDE))
        expected = Image.open(io.BytesIO(image)).resize(whole.size)
        for at in [(x, y) for x in (3, SIDE - 1, SIDE, whole.width - 3) for y in (3, SIDE, whole.height - 3)]:
            if at[0] < whole.width and at[1] < whole.height:
                assert all(abs(a - b) < 12 for a, b in zip(whole.getpixel(at), expected.getpixel(at), strict=True)), at
