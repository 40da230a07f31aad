"""How much waits, counted no further than it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import IntegerField, Subquery

from diagnosis.models import User
from diagnosis.selectors.worklist import awaiting_answer, for_others, waiting

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from diagnosis.selectors.readers import CaseToRead

# Beyond this a count says "and more": to know that much waits nobody has to count it all.
MOST_COUNTED = 500


@dataclass(frozen=True, slots=True)
class Counts:
    """How much waits; MOST_COUNTED + 1 stands for anything beyond MOST_COUNTED."""

    waiting: int
    critical: int
    overdue: int
    yours: int
    for_others: int
    awaiting_answer: int


class CappedCount(Subquery):
    """How many rows a query gives, up to where counting ends."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"

    def __init__(self, rows: QuerySet[CaseToRead]) -> None:
        super().__init__(rows.values("pk")[: MOST_COUNTED + 1], output_field=IntegerField())


def counts(rows: QuerySet[CaseToRead], user: User) -> Counts:
    """Count of `open_cases` what is shown above the worklist, in one query."""
    ready = waiting(rows)
    asked = User.objects.filter(pk=user.pk).values_list(
        CappedCount(ready),
        CappedCount(ready.filter(is_critical=True)),
        CappedCount(ready.filter(is_overdue=True)),
        CappedCount(ready.filter(is_held=True, held_by=user)),
        CappedCount(for_others(rows)),
        CappedCount(awaiting_answer(rows)),
    )
    return Counts(*asked.get())
