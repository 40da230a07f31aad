"""A table of figures and the plot that is drawn from its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from diagnosis.shares import wilson

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_stubs_ext import StrOrPromise

    from diagnosis.figures.plot import Plot

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_FEW = 10
# Of fewer than these a per cent would say more than is known.
_FEWEST_FOR_PERCENT = 20


class Kind(StrEnum):
    """How the values of a column are written."""

    TEXT = "text"
    COUNT = "count"
    SHARE = "share"
    SPAN = "span"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: where its values are in a row, what it is called, how they are written."""

    name: str
    title: StrOrPromise
    kind: Kind = Kind.COUNT

    @property
    def is_text(self) -> bool:
        """Whether the column is read from its start, and not a figure."""
        return self.kind == Kind.TEXT

    def written(self, value: Any) -> str:
        """Return a value as a page shows it; nothing where there is none."""
        if value is None or value == "":
            return ""
        match self.kind:
            case Kind.SHARE:
                return str(value.written)
            case Kind.SPAN:
                return span(value)
            case Kind.NUMBER:
                return number_format(round(value, 2), 2)
            case Kind.COUNT:
                return number_format(value, use_l10n=True, force_grouping=True)
        return str(value)

    @property
    def names(self) -> tuple[str, ...]:
        """What the column is called in a file, where a share's interval has columns of its own."""
        return (self.name, f"{self.name}_low", f"{self.name}_high") if self.kind == Kind.SHARE else (self.name,)

    def raw(self, value: Any) -> tuple[str | int | float | None, ...]:
        """Return a value for a file, under the column's names: spans in minutes, shares as fractions of one."""
        if self.kind == Kind.SHARE:
            return (value.value, value.low, value.high) if value else (None, None, None)
        return (self._raw(value),)

    def _raw(self, value: Any) -> str | int | float | None:
        if isinstance(value, timedelta):
            return round(value.total_seconds() / _MINUTE, 4)
        if isinstance(value, float):
            return round(value, 4)
        return value if value is None or isinstance(value, int) else str(value)


@dataclass(frozen=True, slots=True)
class Table:
    """Figures under a title; `note` says how they were counted."""

    name: str
    title: StrOrPromise
    note: StrOrPromise
    columns: tuple[Column, ...]
    rows: list[dict[str, Any]]
    plot: Plot | None = None

    @property
    def cells(self) -> Iterator[list[tuple[Column, str]]]:
        """Each row as its columns with what a page writes under them."""
        for row in self.rows:
            yield [(column, column.written(row.get(column.name))) for column in self.columns]


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, with its 95 % interval."""

    part: int
    whole: int
    value: float
    low: float
    high: float

    @property
    def written(self) -> str:
        """Write how many of how many, and from twenty on how much that is and between what it lies."""
        values = {
            "part": number_format(self.part, use_l10n=True, force_grouping=True),
            "whole": number_format(self.whole, use_l10n=True, force_grouping=True),
            "share": number_format(round(100 * self.value, 1), 1),
            "low": number_format(round(100 * self.low, 1), 1),
            "high": number_format(round(100 * self.high, 1), 1),
        }
        if self.whole < _FEWEST_FOR_PERCENT:
            return _("%(part)s of %(whole)s") % values
        return _("%(share)s %% (%(low)s to %(high)s)") % values

    @property
    def counted(self) -> str:
        """Write the share beside what it was counted from, as a plot does whose whisker shows the interval."""
        if self.whole < _FEWEST_FOR_PERCENT:
            return self.written
        share = {"share": number_format(round(100 * self.value, 1), 1), "whole": number_format(self.whole)}
        return _("%(share)s %% (n = %(whole)s)") % share


def share(part: int, whole: int) -> Share | None:
    """Return a part of a whole; of nothing there is no share."""
    if not whole:
        return None
    found = wilson(part, whole)
    return Share(part, whole, *(round(each, 4) for each in (found.value, found.low, found.high)))


def percent(value: float) -> str:
    """Write a share in whole per cents, as a scale has them."""
    return _("%(share)s %%") % {"share": number_format(round(100 * value))}


def span(value: timedelta) -> str:
    """Write a span with as much as a reader needs: 12.5 s, 4.2 min, 3.1 h, 2.5 d."""
    seconds = value.total_seconds()
    for size, words in ((_DAY, _("%(number)s d")), (_HOUR, _("%(number)s h")), (_MINUTE, _("%(number)s min"))):
        if seconds >= size:
            return words % {"number": _short(seconds / size)}
    return _("%(number)s s") % {"number": _short(seconds)}


def _short(number: float) -> str:
    decimals = 0 if number >= _FEW else 1
    return number_format(round(number, decimals), decimals)
