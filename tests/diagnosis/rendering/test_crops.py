import io

import pytest
from PIL import Image

from diagnosis.rendering.crops import crop, crops, sheet

RED, GREEN = (200, 30, 40), (30, 160, 60)


def field(width=400, height=300, spots=()):
    drawn = Image.new("RGB", (width, height), "white")
    for colour, (x, y, across, down) in spots:
        drawn.paste(colour, (x, y, x + across, y + down))
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG")
    return buffer.getvalue()


def opened(data):
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG"
    return picture


def is_near(pixel, colour):
    return max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) < 30


def test_cell_lies_in_the_middle_with_some_of_its_field_round_it():
    box = (100, 80, 40, 40)
    cut = opened(crop(field(spots=[(RED, box)]), box, side=100))
    assert cut.size == (100, 100)
    assert is_near(cut.getpixel((50, 50)), RED)
    assert is_near(cut.getpixel((14, 50)), RED)
    assert is_near(cut.getpixel((4, 50)), (255, 255, 255))


def test_oblong_cell_is_not_stretched():
    box = (100, 80, 80, 20)
    cut = opened(crop(field(spots=[(RED, box)]), box, side=100))
    assert is_near(cut.getpixel((50, 50)), RED)
    assert is_near(cut.getpixel((50, 20)), (255, 255, 255))


@pytest.mark.parametrize("box", [(0, 0, 40, 40), (360, 260, 40, 40), (0, 260, 40, 40)])
def test_cell_at_the_edge_shows_nothing_from_beyond_it(box):
    everywhere = [(GREEN, (0, 0, 400, 300))]
    cut = opened(crop(field(spots=everywhere), box, side=60))
    corners = [cut.getpixel((x, y)) for x in (2, 57) for y in (2, 57)]
    assert all(is_near(corner, GREEN) for corner in corners)


def test_cell_larger_than_the_image_is_shown_whole_as_far_as_it_goes():
    cut = opened(crop(field(64, 64, [(GREEN, (0, 0, 64, 64))]), (0, 0, 64, 64), side=32))
    assert is_near(cut.getpixel((16, 16)), GREEN)


def test_sheet_holds_the_cells_in_their_order():
    boxes = [(20, 20, 40, 40), (120, 20, 40, 40), (220, 20, 40, 40)]
    image = field(spots=[(RED, boxes[0]), (GREEN, boxes[1]), (RED, boxes[2])])
    drawn = opened(sheet(image, boxes, side=50, columns=2))
    assert drawn.size == (100, 100)
    middles = [drawn.getpixel((25, 25)), drawn.getpixel((75, 25)), drawn.getpixel((25, 75))]
    assert [is_near(middle, colour) for middle, colour in zip(middles, (RED, GREEN, RED), strict=True)] == [True] * 3
    assert is_near(drawn.getpixel((75, 75)), (255, 255, 255))


def test_the_same_cells_give_the_same_bytes():
    boxes = [(20, 20, 40, 40), (120, 20, 40, 40)]
    assert crops(field(), boxes, side=50) == crops(field(), boxes, side=50)
