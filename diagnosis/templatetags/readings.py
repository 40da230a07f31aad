"""How figures are printed, wherever a page shows them."""

from django import template
from django.utils.translation import get_language_bidi

from diagnosis.services.blast_count import said_of

register = template.Library()
register.filter("blast_count", said_of)

HIGHEST, LOWEST = 0.999, 0.001
# Unicode's marks round what reads from left to right among letters that do not.
_ISOLATED = "\u2066{}\u2069"


@register.filter
def percentage(probability: float | None) -> str:
    """Print a probability; nothing the machine says is certain, so none reads as 0 or 100."""
    if probability is None:
        return ""
    if probability > HIGHEST:
        return in_one_piece("> 99.9 %")
    if probability < LOWEST:
        return in_one_piece("< 0.1 %")
    return in_one_piece(f"{100 * probability:.1f} %")


@register.filter
def signed(number: float | None) -> str:
    """Print a number with its sign."""
    return "" if number is None else f"{number:+.1f}".replace("-", "−")  # noqa: RUF001 - the minus sign


def in_one_piece(measure: str) -> str:
    """Keep a measure together, sign first, in a sentence that reads from right to left."""
    return _ISOLATED.format(measure) if get_language_bidi() else measure
