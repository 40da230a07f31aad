"""Spans of time as counts that can be added up: each falls into a bin one per cent wide."""

from __future__ import annotations

from datetime import timedelta
from math import ceil, exp, floor, log1p
from typing import TYPE_CHECKING

from django.db.models import F, FloatField, Func, IntegerField, Value
from django.db.models.functions import Cast, Extract, Floor, Greatest, Ln

if TYPE_CHECKING:
    from collections import Counter

MEDIAN, NEARLY_ALL = 0.5, 0.95
# A percentile is read from the middle of its bin, so it is half a per cent off at most.
_STEP = log1p(0.01)
_SHORTEST = 0.01
_MARK = "span "


def bin_between(begin: str, end: str) -> Func:
    """Return the bin of the span from one time of a row to another; none where one of them is missing."""
    seconds = Cast(Extract(F(end) - F(begin), "epoch"), FloatField())
    # Of a missing time there is no bin, though GREATEST would make one.
    floored = Greatest(seconds, Value(_SHORTEST, FloatField())) + seconds * Value(0.0, FloatField())
    return Cast(Floor(Ln(floored) / Value(_STEP, FloatField())), IntegerField())


def name_of(number: int) -> str:
    """Return what the count of a bin is called among a group's counts."""
    return f"{_MARK}{number}"


def percentile(counts: Counter[str], share: float) -> timedelta | None:
    """Return the span below which a share of those counted lies; none when none was."""
    bins = sorted((int(name[len(_MARK) :]), count) for name, count in counts.items() if name.startswith(_MARK))
    place = share * (sum(count for _, count in bins) - 1)
    if place < 0:
        return None
    low, high = (_at(bins, end) for end in (floor(place), ceil(place)))
    return timedelta(seconds=low + (high - low) * (place - floor(place)))


def _at(bins: list[tuple[int, int]], place: int) -> float:
    for number, count in bins:
        if place < count:
            return exp((number + 0.5) * _STEP)
        place -= count
    raise AssertionError
