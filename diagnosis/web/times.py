"""Times in the words that people use."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from diagnosis.templatetags.readings import in_one_piece

if TYPE_CHECKING:
    from datetime import datetime, timedelta

_HOUR = 60
_DAY = 24 * _HOUR


def due_in_words(due_at: datetime, *, now: datetime) -> str:
    """Return "in 1 h 20", "due now" or "overdue 35 min"; whole minutes, never rounded in the reader's favour."""
    left = due_at - now
    minutes = _minutes(abs(left))
    if not minutes:
        return _("due now")
    words = _("overdue %(span)s") if left.total_seconds() < 0 else _("in %(span)s")
    return words % {"span": _span(minutes)}


def on_the_clock(moment: datetime, time_zone: str, *, now: datetime) -> str:
    """Return "14:05 CET" of today, else "24 Nov, 14:05 CET", in the given time zone."""
    zone = ZoneInfo(time_zone)
    local = moment.astimezone(zone)
    name = local.tzname() or ""
    # Some zones have no letters, only an offset.
    clock = in_one_piece(f"{local:%H:%M} {'UTC' if name[:1] in '+-' else ''}{name}")
    today = now.astimezone(zone).date()
    if local.date() == today:
        return clock
    day = date_format(local, "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT")
    return _("%(day)s, %(clock)s") % {"day": day, "clock": clock}


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _span(minutes: int) -> str:
    if minutes < _HOUR:
        return _("%(minutes)s min") % {"minutes": minutes}
    if minutes < _DAY:
        hours, rest = divmod(minutes, _HOUR)
        words = _("%(hours)s h %(minutes)s") if rest else _("%(hours)s h")
        return words % {"hours": hours, "minutes": f"{rest:02d}"}
    days, rest = divmod(minutes, _DAY)
    hours = rest // _HOUR
    return (_("%(days)s d %(hours)s h") if hours else _("%(days)s d")) % {"days": days, "hours": hours}
