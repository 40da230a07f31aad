"""What is known of a photograph before the network sees it: its cells, its scale, its tiles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from models import quality, scale, tiles
from models.segmentation import Cell, Segmentation, measure, segment
from models.segmentation.nuclei import NucleusRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.quality import Quality
    from models.scale import Scale
    from models.stopwatch import Stopwatch
    from models.tiles import Rgb, Tile

NO_SCALE = "No scale could be found from red cells: the image was analysed as if it were one training field."
SMALLER = "The image shows less than a training field: for the network it was continued by its own mirror image."
LARGER = "The image shows more than a training field: the network was shown {number} parts of it that hold leukocytes."
MUCH_SMALLER = "The image shows a small part of a training field: it was analysed as if it were one."

_FIELD_SIDE = 512  # pixels of the larger copy to a training field across
_LARGEST_COPY = 4


@dataclass(frozen=True, slots=True)
class Survey:
    """A photograph, surveyed.

    Attributes
    ----------
    segmentation : Segmentation
    cells : tuple of Cell
    quality : Quality
        With the measures `red_cell_width`, `red_cell_height` (image pixels) and `magnification` (1 as the training
        images, 2 twice as large) where a scale was found, and a note where it was not or where tiles were laid.
    fields : tuple of float
        How many training fields the image shows, across and down.
    tiles : tuple of Tile
        What the network is to be shown.
    """

    segmentation: Segmentation
    cells: tuple[Cell, ...]
    quality: Quality
    fields: tuple[float, float]
    tiles: tuple[Tile, ...]


def survey(rgb: Rgb, stopwatch: Stopwatch) -> Survey:
    """Find cells and scale of a photograph, judge it, and lay the tiles.

    Parameters
    ----------
    rgb : uint8 (height, width, 3)
    stopwatch : Stopwatch
        Books the stages `segmentation`, `scale` and `quality`.

    Returns
    -------
    Survey
    """
    size = rgb.shape[1], rgb.shape[0]
    segmentation = segment(rgb)
    stopwatch.lap("segmentation")
    found = scale.estimate(segmentation)
    if max(size) >= _LARGEST_COPY * _FIELD_SIDE and not (found and segmentation.count):
        # Many or crowded fields: their cells may be too small to be seen on the usual copy.
        found = scale.estimate(_segment_large(rgb, _LARGEST_COPY))
    fields = tiles.fields_of(size, found)
    stopwatch.lap("scale")
    if len(tiles.lay(size, fields)) > 1:
        segmentation = _segment_large(rgb, max(fields))
        stopwatch.lap("segmentation")
        found = scale.estimate(segmentation) or found  # on the usual copy their red cells are a few pixels wide
        fields = tiles.fields_of(size, found)
        stopwatch.lap("scale")
    laid = tiles.lay(size, fields)
    cells = measure(rgb, segmentation)
    stopwatch.lap("segmentation")
    shown = tiles.voters(laid, cells)
    judged = replace(
        _with_scale(quality.assess(rgb, segmentation, cells), found, fields),
        notes=_notes(found, fields, laid, len(shown)),
    )
    stopwatch.lap("quality")
    return Survey(segmentation, cells, judged, fields, shown)


def _segment_large(rgb: Rgb, fields: float) -> Segmentation:
    """Segment on a copy that shows cells somewhat larger than the usual copy shows them in a training field."""
    times = min(fields, _LARGEST_COPY)
    usual = NucleusRule()
    rule = replace(usual, smallest_share=usual.smallest_share / fields**2)
    return segment(rgb, rule, side=round(times * _FIELD_SIDE))


def _with_scale(judged: Quality, found: Scale | None, fields: tuple[float, float]) -> Quality:
    if found is None:
        return judged
    measures = {
        "red_cell_width": round(found.width, 2),
        "red_cell_height": round(found.height, 2),
        "magnification": round((fields[0] * fields[1]) ** -0.5, 4),
    }
    return replace(judged, measures=judged.measures | measures)


def _notes(found: Scale | None, fields: tuple[float, float], laid: Sequence[Tile], shown: int) -> tuple[str, ...]:
    if found is None:
        return (NO_SCALE,)
    if len(laid) > 1:
        return (LARGER.format(number=shown),)
    if laid[0].left < 0 or laid[0].top < 0:
        return (SMALLER,)
    return () if tiles.is_alike(fields) else (MUCH_SMALLER,)
