"""Horizontal bars as a template draws them: where each begins and ends, in the units of the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django_stubs_ext import StrOrPromise

WIDTH = 840
# Where bars begin and end, between the labels and the values.
START, END = 290, 700
TOP, STEP, BAR = 58, 34, 18
LONGEST_LABEL = 40
# About what a letter takes at the size of the legend.
LETTER = 7


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar; `tone` is the number of its colour in the legend."""

    x: float
    width: float
    tone: int
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a plot: its bar, a whisker from low to high, and a mark such as a target."""

    label: str
    title: str
    written: str
    y: int
    segments: list[Segment]
    whisker: tuple[float, float] | None = None
    mark: float | None = None

    @property
    def middle(self) -> float:
        """Where the row's text and whisker stand."""
        return self.y + BAR / 2


@dataclass(frozen=True, slots=True)
class Entry:
    """What a colour or the mark stands for, and where that is written."""

    tone: int
    x: int
    name: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Rows of bars over one scale."""

    bars: list[Bar]
    scale: list[tuple[float, str]]
    legend: list[Entry]
    mark: Entry | None = None

    @property
    def width(self) -> int:
        """How wide the drawing is."""
        return WIDTH

    @property
    def values(self) -> int:
        """Where the values stand, behind the bars."""
        return END + 12

    @property
    def height(self) -> int:
        """How tall the drawing is."""
        return self.foot + 10

    @property
    def foot(self) -> int:
        """Where the lines of the scale end."""
        return TOP + STEP * len(self.bars)


@dataclass(frozen=True, slots=True)
class Row:
    """What one bar shows: its parts one after the other, in the units of the scale."""

    label: str
    parts: Sequence[float]
    written: str
    interval: tuple[float, float] | None = None
    mark: float | None = None


def bars(
    rows: Sequence[Row],
    *,
    legend: Sequence[StrOrPromise],
    unit: Callable[[float], str],
    top: float | None = None,
    mark_legend: StrOrPromise = "",
) -> Plot | None:
    """Lay rows out over one scale from nothing to `top`, or to a round figure above the longest; None without rows."""
    if not rows:
        return None
    reached = [sum(row.parts) for row in rows] + [row.mark for row in rows if row.mark]
    top = top or _round_above(max(reached)) or 1.0

    def place(value: float) -> float:
        return round(START + (END - START) * max(0.0, min(value, top)) / top, 1)

    laid = []
    for index, row in enumerate(rows):
        edges = [0.0]
        for part in row.parts:
            edges.append(edges[-1] + part)
        segments = [
            Segment(place(low), round(place(high) - place(low), 1), tone, str(legend[tone]))
            for tone, (low, high) in enumerate(pairwise(edges))
            if high > low
        ]
        laid.append(
            Bar(
                label=row.label if len(row.label) <= LONGEST_LABEL else f"{row.label[: LONGEST_LABEL - 1]}…",
                title=row.label,
                written=row.written,
                y=TOP + STEP * index + (STEP - BAR) // 2,
                segments=segments,
                whisker=(place(row.interval[0]), place(row.interval[1])) if row.interval else None,
                mark=place(row.mark) if row.mark else None,
            )
        )
    scale = [(place(top * step / 4), unit(top * step / 4)) for step in range(5)]
    entries = _entries([*legend, mark_legend] if any(row.mark for row in rows) else legend)
    return Plot(laid, scale, entries[: len(legend)], next(iter(entries[len(legend) :]), None))


def _entries(names: Sequence[StrOrPromise]) -> list[Entry]:
    entries, x = [], 0
    for tone, name in enumerate(map(str, names)):
        entries.append(Entry(tone, x, name))
        x += 36 + LETTER * len(name)
    return entries


def _round_above(value: float) -> float:
    if value <= 0:
        return 0.0
    size = 10.0 ** floor(log10(value))
    return next(size * step for step in (1, 2, 4, 5, 8, 10) if size * step >= value)
