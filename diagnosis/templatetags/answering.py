"""How the pages about models and figures print what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from diagnosis.artefacts import Figure

register = template.Library()


@register.filter
def measured(figure: Figure | str | None) -> str:
    """Print a measured share with its interval."""
    # A template gives an empty text for what is not there.
    if not figure or isinstance(figure, str):
        return _("not measured")
    value, low, high = (number_format(round(number, 3), 3) for number in (figure.value, figure.low, figure.high))
    return _("%(value)s (%(low)s to %(high)s)") % {"value": value, "low": low, "high": high}
