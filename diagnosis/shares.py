"""A share that was counted, and how far it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """A proportion with its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(hits: int, trials: int) -> Share:
    """Return a proportion with the interval of Wilson, J Am Stat Assoc 22 (1927) 209."""
    share = hits / trials
    spread = 1 + _Z**2 / trials
    middle = (share + _Z**2 / (2 * trials)) / spread
    half = _Z / spread * sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
    return Share(share, max(0.0, middle - half), min(1.0, middle + half))
