import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from PIL import Image

from diagnosis.models import Smear, StoredFile
from diagnosis.rendering.tiles import Tile
from diagnosis.services import intake, pictures
from tests import factories

pytestmark = pytest.mark.django_db


def large_smear(size=(2600, 1700)):
    buffer = io.BytesIO()
    factories.picture(3, size).save(buffer, "JPEG")
    case = factories.case()
    return intake.add_smear(case=case, by=case.submitted_by, upload=io.BytesIO(buffer.getvalue())).smear


def kept_names():
    return sorted(StoredFile.objects.filter(name__startswith="pictures/").values_list("name", flat=True))


@pytest.fixture
def counted(monkeypatch):
    """Count how often a picture is drawn."""
    drawn = []
    for module, name in ((pictures.tiles, "cut"), (pictures.tiles, "overview"), (pictures, "drawn_thumbnail")):
        draw = getattr(module, name)
        monkeypatch.setattr(
            module, name, lambda *args, draw=draw, name=name, **more: drawn.append(name) or draw(*args, **more)
        )
    return drawn


def test_picture_is_drawn_once(counted):
    smear = large_smear()
    assert pictures.thumbnail(smear) == pictures.thumbnail(smear)
    assert pictures.tile(smear, Tile(0, 0, 0)) == pictures.tile(smear, Tile(0, 0, 0))
    assert pictures.tile(smear, Tile(2, 0, 0)) != pictures.tile(smear, Tile(2, 1, 0))
    assert sorted(counted) == ["cut", "drawn_thumbnail", "overview"]


def test_the_same_image_in_two_cases_has_the_same_pictures(counted):
    one, other = factories.smear(factories.case(), seed=5), factories.smear(factories.case(), seed=5)
    assert pictures.thumbnail(one) == pictures.thumbnail(other)
    assert counted == ["drawn_thumbnail"]


@pytest.mark.django_db(transaction=True)
def test_tiles_asked_for_at_the_same_moment_are_cut_once(counted):
    smear = large_smear()

    def ask(column):
        try:
            return pictures.tile(smear, Tile(2, column, 0))
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        assert len(set(threads.map(ask, range(3)))) == 3
    assert counted == ["cut"]


def test_sheet_holds_the_cells_of_its_page():
    case = factories.analysed_case(results=[factories.machine_result("early", cells=12)])
    analysis = case.smears.get().analyses.get()
    with Image.open(io.BytesIO(pictures.cell_sheet(analysis, 0))) as sheet:
        assert sheet.size == (10 * pictures.SHEET_SIDE, 2 * pictures.SHEET_SIDE)


def test_only_large_images_have_tiles():
    assert not pictures.has_tiles(Smear(width=2000, height=2000))
    assert pictures.has_tiles(Smear(width=2001, height=2000))


def test_everything_made_from_a_smear_can_be_forgotten():
    case = factories.analysed_case(results=[factories.machine_result("early")])
    smear = case.smears.get()
    pictures.thumbnail(smear)
    pictures.cell_sheet(smear.analyses.get(), 0)
    assert len(kept_names()) == 2
    pictures.forget(smear)
    assert kept_names() == []
    large = large_smear()
    pictures.tile(large, Tile(0, 0, 0))
    pictures.tile(large, Tile(1, 0, 0))
    pictures.forget(large)
    assert kept_names() == []
    assert pictures.thumbnail(large)


def test_pictures_made_long_ago_are_forgotten_and_smears_never():
    smear = factories.smear(factories.case())
    pictures.thumbnail(smear)
    pictures.forget_old(at=timezone.now() + timedelta(days=29))
    assert len(kept_names()) == 1
    assert pictures.forget_old(at=timezone.now() + timedelta(days=31)) == 1
    assert kept_names() == []
    assert StoredFile.objects.filter(name=smear.image.name).exists()
