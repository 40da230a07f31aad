"""How far two who say yes or no agree, and how sure that is. Pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

_Z = 1.959964
# Below so many pairs an interval says nothing, so no kappa is given.
FEWEST_PAIRS = 10


@dataclass(frozen=True, slots=True)
class Kappa:
    """Cohen's kappa with its 95 % interval."""

    value: float
    low: float
    high: float


def kappa(both: int, first: int, second: int, neither: int) -> Kappa | None:
    """Return Cohen's kappa of two who said yes together, alone (first, second), or not at all.

    None below ten pairs, and where chance alone would have them agree always. The interval is that of Fleiss, Cohen
    and Everitt, Psychological Bulletin 72 (1969) 323.
    """
    pairs = both + first + second + neither
    if pairs < FEWEST_PAIRS:
        return None
    observed = (both + neither) / pairs
    yes = ((both + first) / pairs, (both + second) / pairs)
    no = (1 - yes[0], 1 - yes[1])
    chance = yes[0] * yes[1] + no[0] * no[1]
    if chance == 1:
        return None
    value = (observed - chance) / (1 - chance)
    apart = 1 - observed
    agreeing = (both / pairs) * ((1 - chance) - (yes[0] + yes[1]) * apart) ** 2
    agreeing += (neither / pairs) * ((1 - chance) - (no[0] + no[1]) * apart) ** 2
    differing = (first / pairs) * (yes[1] + no[0]) ** 2 + (second / pairs) * (no[1] + yes[0]) ** 2
    rest = (observed * chance - 2 * chance + observed) ** 2
    variance = max(0.0, agreeing + apart**2 * differing - rest) / (pairs * (1 - chance) ** 4)
    reach = _Z * sqrt(variance)
    return Kappa(value, max(-1.0, value - reach), min(1.0, value + reach))
