"""Pictures made from a smear for looking: thumbnail, tiles, sheets of its cells. Made once, when somebody first looks.

They stand beside the smears in the same storage, under `pictures/`. Each can be made again, so that losing them, or
leaving them out of a backup, costs a moment.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from diagnosis.errors import ImageGone
from diagnosis.models import StoredFile
from diagnosis.rendering import crops, tiles
from diagnosis.rendering.thumbnails import thumbnail as drawn_thumbnail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from diagnosis.models import Analysis, Smear

FOLDER = "pictures"
THUMBNAIL_SIDE = 320
# Up to here a browser shows the stored image itself.
WHOLE_PIXELS = 4_000_000
# A sheet of cells, for the gallery: 10 by 10 squares of 160 pixels.
SHEET_SIDE, SHEET_COLUMNS, SHEET_CELLS = 160, 10, 100
KEPT_FOR = timedelta(days=30)
OVERVIEW = tiles.Tile(0, 0, 0)


def has_tiles(smear: Smear) -> bool:
    """Whether the smear is shown in tiles."""
    return smear.width * smear.height > WHOLE_PIXELS


def whole(smear: Smear) -> bytes:
    """Return the stored image; ImageGone when the clinic's retention rule deleted it."""
    try:
        with smear.image.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError as error:
        raise ImageGone from error


def thumbnail(smear: Smear) -> bytes:
    """Return the smear small enough for a list; that of a large smear is drawn from its overview."""
    name = f"{_folder(smear)}/thumbnail.jpg"

    def draw() -> list[tuple[str, bytes]]:
        source = tile(smear, OVERVIEW) if has_tiles(smear) else whole(smear)
        return [(name, drawn_thumbnail(source, side=THUMBNAIL_SIDE))]

    return _kept(name, draw, alone=name)


def tile(smear: Smear, wanted: tiles.Tile) -> bytes:
    """Return a tile of the smear; the first one above level 0 makes them all."""
    name = _tile_name(smear, wanted)
    if wanted == OVERVIEW:
        return _kept(name, lambda: [(name, tiles.overview(whole(smear)))], alone=name)
    return _kept(
        name,
        lambda: ((_tile_name(smear, each), data) for each, data in tiles.cut(whole(smear))),
        alone=f"{_folder(smear)}/tiles",
    )


def cell_sheet(analysis: Analysis, page: int) -> bytes:
    """Return a sheet with the cells of an analysis whose numbers are 100 · page + 1 to 100 · page + 100."""
    first = SHEET_CELLS * page
    name = _sheet_name(analysis, page)

    def draw() -> list[tuple[str, bytes]]:
        found = analysis.cells.filter(number__gt=first, number__lte=first + SHEET_CELLS).order_by("number")
        boxes = list(found.values_list("x", "y", "width", "height"))
        sheet = crops.sheet(whole(analysis.smear), boxes, side=SHEET_SIDE, columns=SHEET_COLUMNS)
        return [(name, sheet)]

    return _kept(name, draw, alone=name)


def forget(smear: Smear) -> None:
    """Delete what was made from a smear."""
    names = [f"{_folder(smear)}/thumbnail.jpg"]
    pyramid = tiles.Pyramid(smear.width, smear.height)
    names += [_tile_name(smear, each) for level in range(pyramid.highest + 1) for each in pyramid.tiles(level)]
    for analysis in smear.analyses.all():
        names += [_sheet_name(analysis, page) for page in range(-(-analysis.leukocytes // SHEET_CELLS))]
    for name in names:
        default_storage.delete(name)


def forget_old(*, at: datetime) -> int:
    """Delete pictures that were made long ago from the database; whoever looks again has them made again."""
    old = StoredFile.objects.filter(name__startswith=f"{FOLDER}/", stored_at__lt=at - KEPT_FOR)
    return old.delete()[0]


def _kept(name: str, draw: Callable[[], Iterable[tuple[str, bytes]]], *, alone: str) -> bytes:
    """Return the picture of this name; where it is not there, keep what `draw` makes.

    Of those who want it at the same moment one draws, and the others wait: the lock is that of `alone`.
    """
    try:
        return _read(name)
    except FileNotFoundError:
        pass
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [alone])
        if not default_storage.exists(name):
            for made, data in draw():
                default_storage.save(made, ContentFile(data))
    return _read(name)


def _read(name: str) -> bytes:
    with default_storage.open(name, "rb") as file:
        return bytes(file.read())


def _folder(smear: Smear) -> str:
    # By content: the same image in two cases has the same pictures.
    return f"{FOLDER}/{smear.sha256}"


def _tile_name(smear: Smear, wanted: tiles.Tile) -> str:
    return f"{_folder(smear)}/{wanted.level}/{wanted.column}_{wanted.row}.jpg"


def _sheet_name(analysis: Analysis, page: int) -> str:
    return f"{_folder(analysis.smear)}/cells-{analysis.pk}-{page}.jpg"
