"""How a report's frozen words, its times and its figures are put together in its own language."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language_info, gettext, override

from diagnosis.templatetags.readings import percentage

if TYPE_CHECKING:
    from collections.abc import Iterable

# What was typed or measured keeps its own direction between these: first strong, left to right.
_AS_TYPED = "\N{FIRST STRONG ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}"
_RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}"
_LEFT_TO_RIGHT = "\N{LEFT-TO-RIGHT ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}"


class Phrasing:
    """Says things in the words of one report."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.words: dict[str, str] = content["words"]
        self.language: str = content["language"]
        self.zone = ZoneInfo(content["time_zone"])
        self.direction = "rtl" if get_language_info(self.language)["bidi"] else "ltr"

    def __call__(self, label: str, /, **values: object) -> str:
        """Return a label, with values in the places that it holds for them."""
        if not values:
            return self.words[label]
        return self.words[label] % {place: self._kept(_AS_TYPED, value) for place, value in values.items()}

    def facts(self, named: dict[str, Any]) -> list[tuple[str, str]]:
        """Return label and value of what is known; what nobody stated is left out."""
        known = {label: value for label, value in named.items() if value not in (None, "")}
        return [(self.words[label], self._value(value)) for label, value in known.items()]

    def time(self, text: str) -> str:
        """Return a moment as the clinic's clock showed it."""
        at = datetime.fromisoformat(text).astimezone(self.zone)
        zone = at.tzname() or ""
        if not zone.isalpha():
            zone = f"UTC{at:%z}"
        with override(self.language):
            clock = self._kept(_LEFT_TO_RIGHT, f"{at:%H:%M} {zone}")
            return gettext("%(day)s, %(clock)s") % {"day": date_format(at, "DATE_FORMAT"), "clock": clock}

    def typed(self, text: str) -> str:
        """Return what a person typed, in its own direction."""
        return self._kept(_AS_TYPED, text) if text else ""

    def number(self, number: int | None) -> str:
        """Return a count; a dash where nothing was counted."""
        return self._kept(_LEFT_TO_RIGHT, number) if number is not None else "–"  # noqa: RUF001 - the dash of a table

    def measure(self, value: str | None, unit: str) -> str:
        """Return a measured value with its unit; nothing where it was not measured."""
        return self._kept(_LEFT_TO_RIGHT, f"{value} {unit}") if value is not None else ""

    def probability(self, probability: float | None) -> str:
        """Return a probability, never as certainty."""
        with override(self.language):
            return percentage(probability)

    def listed(self, names: Iterable[str]) -> str:
        """Return names or numbers one after the other, with the comma of the report's language."""
        with override(self.language):
            comma = gettext(",")
        return f"{comma} ".join(self._kept(_AS_TYPED, name) for name in names)

    def joined(self, parts: Iterable[str]) -> str:
        """Return parts of a line beside each other."""
        return " · ".join(parts)

    def _value(self, value: object) -> str:
        """Keep what was typed in its own direction, and what is put together of such parts in the report's."""
        is_put_together = "\N{POP DIRECTIONAL ISOLATE}" in str(value)
        return self._kept(_RIGHT_TO_LEFT if is_put_together else _AS_TYPED, value)

    def _kept(self, isolate: str, value: object) -> str:
        text = str(value)
        return isolate % text if self.direction == "rtl" or _runs_from_right(text) else text


def _runs_from_right(text: str) -> bool:
    """Tell whether letters would pull the figures beside them to their own side."""
    return any(bidirectional(character) in {"R", "AL"} for character in text)
