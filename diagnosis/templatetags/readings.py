"""How figures are printed, wherever a page shows them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language_bidi

register = template.Library()

HIGHEST, LOWEST = 0.999, 0.001


# Unicode's marks round what reads from left to right among letters that do not.
_ISOLATED = "\u2066{}\u2069"


@register.filter
def percentage(probability: float | None) -> str:
    """Print a probability; nothing the machine says is certain, so none reads as 0 or 100."""
    if probability is None:
        return ""
    if probability > HIGHEST:
        return _in_one_piece("> 99.9 %")
    if probability < LOWEST:
        return _in_one_piece("< 0.1 %")
    return _in_one_piece(f"{100 * probability:.1f} %")


@register.filter
def signed(number: float | None) -> str:
    """Print a number with its sign."""
    return "" if number is None else f"{number:+.1f}".replace("-", "−")  # noqa: RUF001 - the minus sign


@register.filter
def moment(text: str) -> datetime | None:
    """Read a time that a report holds as text."""
    return parse_datetime(text)


@register.filter
def warnings_once(images: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """List each warning of a report once, with the numbers of the images that it holds for."""
    holds: dict[str, list[str]] = {}
    for image in images:
        for warning in image["warnings"]:
            holds.setdefault(warning, []).append(str(image["number"]))
    return [
        (warning, f"Image{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}") for warning, numbers in holds.items()
    ]


@register.filter
def pins_once(images: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """List what the images of a report were analysed with; each image's own hash stands beside its number."""
    pins: dict[str, list[str]] = {}
    for image in images:
        for name, value in image["pins"].items():
            values = pins.setdefault(name, [])
            if name != "image_sha256" and str(value) not in values:
                values.append(str(value))
    return [(name, ", ".join(values)) for name, values in sorted(pins.items()) if values]


def _in_one_piece(measure: str) -> str:
    """Keep a measure together, sign first, in a sentence that reads from right to left."""
    return _ISOLATED.format(measure) if get_language_bidi() else measure
