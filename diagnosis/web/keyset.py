"""Pages of a list by where the last one ended: uncounted, and as fast at the end of a million rows as at the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

if TYPE_CHECKING:
    from collections.abc import Mapping

Row = TypeVar("Row", bound=Model)

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and where the pages before and after begin; empty where there is none."""

    rows: list[Row]
    before: str = ""
    after: str = ""


def page_of(
    rows: QuerySet[Row], full: QuerySet[Row], *, by: str, wanted: Mapping[str, str], per_page: int = PER_PAGE
) -> Page[Row]:
    """Return the page that `wanted` asks for by `after` or `before`; what is nonsense there gives the first.

    `by` is the time that the list is ordered by, with a minus where the newest comes first; ids decide between equals.
    The keys of `rows` are found first and then their rows in `full`, so that what is expensive to know of a row is
    asked of one page alone.
    """
    is_down, name = by.startswith("-"), by.removeprefix("-")
    backwards = not wanted.get("after") and bool(wanted.get("before"))
    start = _read(wanted.get("before" if backwards else "after", ""))
    if start is None:
        backwards = False
    # A page before is found from its end.
    up = is_down == backwards
    keys = rows.order_by(name if up else f"-{name}", "pk" if up else "-pk").values_list(name, "pk")
    if start is not None:
        keys = keys.filter(_beyond(name, *start, up=up))
    found = list(keys[: per_page + 1])
    is_more, found = len(found) > per_page, found[:per_page]
    if backwards:
        if not is_more:
            # Rows have come or gone: the first page may hold more than what stands before the one that was shown.
            return page_of(rows, full, by=by, wanted={}, per_page=per_page)
        found.reverse()
    by_id = {row.pk: row for row in full.filter(pk__in=[pk for _, pk in found])}
    shown = [by_id[pk] for _, pk in found if pk in by_id]
    if not shown:
        return Page([])
    before = _write(found[0]) if backwards or start else ""
    return Page(shown, before, _write(found[-1]) if backwards or is_more else "")


def _beyond(name: str, at: datetime, pk: UUID, *, up: bool) -> Q:
    """Say what comes after a row. The bound on the time alone is what an index is entered by."""
    if up:
        return Q((f"{name}__gte", at)) & ~Q((name, at), pk__lte=pk)
    return Q((f"{name}__lte", at)) & ~Q((name, at), pk__gte=pk)


def _write(key: tuple[datetime, UUID]) -> str:
    return f"{key[0].isoformat()}_{key[1].hex}"


def _read(cursor: str) -> tuple[datetime, UUID] | None:
    at, _, pk = cursor.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(pk)) if moment.tzinfo else None
    except ValueError:
        return None
