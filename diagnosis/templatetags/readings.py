"""How figures are printed, wherever a page shows them."""

from datetime import datetime

from django import template
from django.utils.dateparse import parse_datetime

register = template.Library()

HIGHEST, LOWEST = 0.999, 0.001


@register.filter
def percentage(probability: float | None) -> str:
    """Print a probability; nothing the machine says is certain, so none reads as 0 or 100."""
    if probability is None:
        return ""
    if probability > HIGHEST:
        return "> 99.9 %"
    if probability < LOWEST:
        return "< 0.1 %"
    return f"{100 * probability:.1f} %"


@register.filter
def signed(number: float | None) -> str:
    """Print a number with its sign."""
    return "" if number is None else f"{number:+.1f}".replace("-", "−")  # noqa: RUF001 - the minus sign


@register.filter
def moment(text: str) -> datetime | None:
    """Read a time that a report holds as text."""
    return parse_datetime(text)
