import io

import pytest
from PIL import Image

from diagnosis.rendering.thumbnails import thumbnail
from tests import factories


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(1200, 800), (800, 1200), (64, 64)])
def test_a_thumbnail_is_a_jpeg_that_fits_and_keeps_its_shape(kind: str, size: tuple[int, int]) -> None:
    buffer = io.BytesIO()
    factories.picture(1, size).save(buffer, kind)

    small = Image.open(io.BytesIO(thumbnail(buffer.getvalue(), side=160)))

    assert small.format == "JPEG"
    assert max(small.size) == min(160, max(size))
    assert small.width / small.height == pytest.approx(size[0] / size[1], rel=0.02)
