"""What a reader's own blast count is worth: how many cells it rests on, its interval, and whether that is enough.

Haematology's standards ask for 200 cells in blood, 100 where white cells are few, and for 500 in marrow (for marrow:
ICSH, Int J Lab Hematol 30 (2008) 349). What falls short of that is said, and never refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from diagnosis.choices import Specimen, TallyKind
from diagnosis.shares import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnosis.models import Review

IN_MARROW, IN_BLOOD, IN_POOR_BLOOD = 500, 200, 100
_TEN_PER_CENT = 0.1


def said(tally: Mapping[str, int] | None, percentage: object, specimen: str) -> str:
    """Say what the blasts per 100 leukocytes rest on; nothing where neither is given."""
    tally = tally or {}
    counted = sum(count for kind, count in tally.items() if kind != TallyKind.ERYTHROBLAST)
    if not counted:
        return "" if percentage in (None, "") else _("How many cells were counted is not stated.")
    blasts = tally.get(TallyKind.BLAST, 0)
    share = wilson(blasts, counted)
    values = {
        "blasts": blasts,
        "counted": counted,
        "share": _in_hundred(share.value),
        "low": _in_hundred(share.low),
        "high": _in_hundred(share.high),
    }
    figures = _("%(blasts)s of %(counted)s cells: %(share)s %% (95 %% interval %(low)s to %(high)s %%).") % values
    warning = _warning(counted, specimen)
    return f"{figures} {warning}" if warning else figures


def said_of(review: Review) -> str:
    """Say what the blasts per 100 leukocytes of a reading rest on."""
    return said(review.tally, review.blast_percentage, review.case.specimen)


def _warning(counted: int, specimen: str) -> str:
    if specimen == Specimen.MARROW:
        if counted >= IN_MARROW:
            return ""
        return _("Too few for a percentage that others rely on; count at least %(fewest)s.") % {"fewest": IN_MARROW}
    if counted < IN_POOR_BLOOD:
        return _("Too few for a percentage that others rely on; count at least %(fewest)s.") % {"fewest": IN_POOR_BLOOD}
    if counted < IN_BLOOD:
        return _("Enough only where white cells are few; else count %(fewest)s.") % {"fewest": IN_BLOOD}
    return ""


def _in_hundred(share: float) -> str:
    return f"{100 * share:.1f}" if share < _TEN_PER_CENT else f"{100 * share:.0f}"
