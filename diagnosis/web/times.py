"""Times in the words that people use."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_HOUR = 60
_DAY = 24 * _HOUR


def due_in_words(due_at: datetime, *, now: datetime) -> str:
    """Return "in 1 h 20", "due now" or "overdue 35 min"; whole minutes, never rounded in the reader's favour."""
    left = due_at - now
    if left.total_seconds() < 0:
        late = _minutes(-left)
        return f"overdue {_span(late)}" if late else "due now"
    minutes = _minutes(left)
    return f"in {_span(minutes)}" if minutes else "due now"


def on_the_clock(moment: datetime, time_zone: str, *, now: datetime) -> str:
    """Return "14:05 CET" of today, else "24 Nov, 14:05 CET", in the given time zone."""
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    # Some zones have no letters, only an offset.
    clock = f"{local:%H:%M} {'UTC' if name[:1] in '+-' else ''}{name}"
    today = now.astimezone(zone).date()
    if local.date() == today:
        return clock
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year}, {clock}"


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _span(minutes: int) -> str:
    if minutes < _HOUR:
        return f"{minutes} min"
    if minutes < _DAY:
        hours, rest = divmod(minutes, _HOUR)
        return f"{hours} h {rest:02d}" if rest else f"{hours} h"
    days, rest = divmod(minutes, _DAY)
    hours = rest // _HOUR
    return f"{days} d {hours} h" if hours else f"{days} d"
