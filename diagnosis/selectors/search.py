"""Finding cases by what people type of a patient number or an accession number."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from diagnosis.models import Case

Rows = TypeVar("Rows", bound="QuerySet[Case]")

# Of each kind of number; whoever finds more types another character.
MOST_FOUND = 500
# Fewer letters than a piece of the index has are found at the beginning of a number only.
PIECE = 3
_HYPHENS = dict.fromkeys(map(ord, "\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}\N{MINUS SIGN}"), "-")


def found(rows: Rows, words: str) -> Rows:
    """Keep the cases whose patient number or accession number holds the words, as typed or in Latin digits.

    Two searches, one for each index of three-letter pieces; a condition over both tables could use neither.
    """
    words = words.strip()
    spellings = {words, in_latin(words)}
    numbers = [rows.filter(_holds(field, spellings)).values("pk") for field in ("accession", "patient__number")]
    return rows.filter(pk__in=numbers[0][:MOST_FOUND].union(numbers[1][:MOST_FOUND]))


def in_latin(words: str) -> str:
    """Write the digits of any script as 0 to 9, and every hyphen as the one on a keyboard."""
    plain = unicodedata.normalize("NFKC", words).translate(_HYPHENS)
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in plain)


def _holds(field: str, spellings: set[str]) -> Q:
    anywhere = Q()
    for words in sorted(spellings):
        lookup = "icontains" if len(words) >= PIECE else "istartswith"
        anywhere |= Q((f"{field}__{lookup}", words))
    return anywhere
