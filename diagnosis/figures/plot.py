"""Horizontal bars as a template draws them: where each begins and ends, in the units of the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import log
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django_stubs_ext import StrOrPromise

WIDTH = 940
# Where bars begin and end, between the labels and the values.
START, END = 290, 700
TOP, STEP, BAR = 58, 34, 18
LONGEST_LINE = 40
# About what a letter takes at the size of the legend.
LETTER = 7
# How wide the line is that stands for one point.
POINT = 6


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

    @property
    def label(self) -> list[tuple[int, str]]:
        """The title in a line or two, each with how far below the middle it stands."""
        lines = wrap(self.title, LONGEST_LINE, max_lines=2, placeholder="…")
        return list(zip((-3, 12) if lines[1:] else (4,), lines, strict=True))


@dataclass(frozen=True, slots=True)
class Entry:
    """What a colour or the mark stands for, and where that is written."""

    tone: int
    x: int
    name: str


@dataclass(frozen=True, slots=True)
class Plot:
    """Rows of bars over one scale; `axis` names what is measured and its unit."""

    bars: list[Bar]
    axis: str
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
    """What one bar shows, in the units of the scale: its parts one after the other, or the points it goes through."""

    label: str
    parts: Sequence[float]
    written: str
    interval: tuple[float, float] | None = None
    mark: float | None = None


def bars(
    rows: Sequence[Row],
    *,
    axis: StrOrPromise,
    legend: Sequence[StrOrPromise],
    unit: Callable[[float], str],
) -> Plot | None:
    """Lay out shares, each of whose parts begins where the last one ended, over a scale from none to all."""

    def place(value: float) -> float:
        return round(START + (END - START) * max(0.0, min(value, 1.0)), 1)

    def segments(parts: Sequence[float]) -> list[Segment]:
        edges = list(accumulate(parts, initial=0.0))
        return [
            Segment(place(low), round(place(high) - place(low), 1), tone, str(legend[tone]))
            for tone, (low, high) in enumerate(pairwise(edges))
            if high > low
        ]

    scale = [(place(step / 4), unit(step / 4)) for step in range(5)]
    return _plot(rows, place, segments, axis=axis, scale=scale, legend=legend)


def ranges(
    rows: Sequence[Row],
    *,
    axis: StrOrPromise,
    legend: Sequence[StrOrPromise],
    ticks: Sequence[tuple[float, str]],
    mark_legend: StrOrPromise = "",
) -> Plot | None:
    """Lay out two points a row and what lies between them, over a logarithmic scale with as many ticks as are needed.

    Bars that began at the scale's beginning would say something by their length, which has no meaning on such a scale.
    """
    values = [value for row in rows for value in (*row.parts, row.mark) if value]
    if not values:
        return None
    below = [number for number, (value, _) in enumerate(ticks) if value <= min(values)]
    above = [number for number, (value, _) in enumerate(ticks) if value >= max(values)]
    first, last = max(below, default=0), min(above, default=len(ticks) - 1)
    shown = ticks[min(first, last - 1) : last + 1]
    low, high = log(shown[0][0]), log(shown[-1][0])

    def place(value: float) -> float:
        reached = (log(max(value, shown[0][0])) - low) / (high - low)
        return round(START + (END - START) * min(reached, 1.0), 1)

    def segments(points: Sequence[float]) -> list[Segment]:
        half, most = map(place, points)
        return [
            Segment(half, round(most - half, 1), 1, str(legend[1])),
            Segment(round(half - POINT / 2, 1), POINT, 0, str(legend[0])),
        ]

    scale = [(place(value), name) for value, name in shown]
    return _plot(rows, place, segments, axis=axis, scale=scale, legend=legend, mark_legend=mark_legend)


def _plot(
    rows: Sequence[Row],
    place: Callable[[float], float],
    segments: Callable[[Sequence[float]], list[Segment]],
    *,
    axis: StrOrPromise,
    scale: list[tuple[float, str]],
    legend: Sequence[StrOrPromise],
    mark_legend: StrOrPromise = "",
) -> Plot | None:
    if not rows:
        return None
    laid = [
        Bar(
            title=row.label,
            written=row.written,
            y=TOP + STEP * index + (STEP - BAR) // 2,
            segments=segments(row.parts),
            whisker=(place(row.interval[0]), place(row.interval[1])) if row.interval else None,
            mark=place(row.mark) if row.mark else None,
        )
        for index, row in enumerate(rows)
    ]
    entries = _entries([*legend, mark_legend] if any(row.mark for row in rows) else legend)
    return Plot(laid, str(axis), scale, entries[: len(legend)], next(iter(entries[len(legend) :]), None))


def _entries(names: Sequence[StrOrPromise]) -> list[Entry]:
    entries, x = [], 0
    for tone, name in enumerate(map(str, names)):
        entries.append(Entry(tone, x, name))
        x += 36 + LETTER * len(name)
    return entries
