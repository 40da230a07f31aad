"""What a blood count can be in the unit that is asked for; outside of it another unit was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

_POSSIBLE = {
    "haemoglobin": (20, 300, _("Haemoglobin is asked for in g/L: 9.5 g/dL is 95 g/L.")),
    "white_cells": (0, 2000, _("White cells are asked for in 10⁹/L: 12 000 per µL is 12.")),
    "platelets": (0, 10_000, _("Platelets are asked for in 10⁹/L: 150 000 per µL is 150.")),
}


def impossible(counts: Mapping[str, Decimal | None]) -> dict[str, str]:
    """Return, for each count that cannot be, the sentence that says which unit is asked for."""
    return {
        name: gettext(sentence)
        for name, (lowest, highest, sentence) in _POSSIBLE.items()
        if (value := counts.get(name)) is not None and not lowest <= value <= highest
    }
