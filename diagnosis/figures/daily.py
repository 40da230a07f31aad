"""Figures that add up: each day that has ended is counted once and kept; the rest of a period is counted when asked."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from diagnosis.figures import spans
from diagnosis.models import Clinic, CountedDay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from diagnosis.figures.scope import Scope

# Clinic, microscope, and by what else a table is divided → what was counted.
Key: TypeAlias = tuple[Any, ...]
Groups: TypeAlias = dict[Key, Counter[str]]

DAY = timedelta(days=1)
# A time is noted before its transaction ends; none takes so long.
MARGIN = timedelta(minutes=10)
# Raised when a table's definition changes, so that no figure adds up two definitions.
_DEFINITION = 3


def _nothing(_clinic: Clinic) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Counting:
    """How a table counts: the groups of a span of time, and the days of which anything changed since a time.

    Counts of two spans must add up to those of both. `basis` is what they rest on besides the rows, such as a target.
    """

    name: str
    count: Callable[[Scope], Groups]
    changed: Callable[[datetime], set[date]]
    rests_on: Callable[[Clinic], str] = _nothing

    def basis(self, clinic: Clinic) -> str:
        """Return by which definition a clinic's days are counted."""
        return f"{_DEFINITION} {settings.TIME_ZONE} {self.rests_on(clinic)}".strip()


class Kept(NamedTuple):
    """A clinic's part of a kept day."""

    clinic: int
    checked_at: datetime
    groups: list[Any]


def counted(counting: Counting, scope: Scope) -> Groups:
    """Return the groups of a period: kept days where nothing of them changed, everything else counted now."""
    total: Groups = defaultdict(Counter)
    since = scope.since
    for day, rows in _kept(counting, scope):
        begins, ends = midnight(day), midnight(day + DAY)
        if begins < since or ends > scope.until:
            continue
        _add(total, _live(counting, scope, since, begins))
        for row in rows:
            _add(total, groups_of(row, scope))
        since = ends
    _add(total, _live(counting, scope, since, scope.until))
    return total


def folded(rows: Iterable[dict[str, Any]], keys: tuple[str, ...], *, span: str = "") -> Groups:
    """Return a query's rows as groups; `span` names the count that belongs to the bin of a row."""
    groups: Groups = defaultdict(Counter)
    for row in rows:
        counts = {name: value for name, value in row.items() if name not in keys and name != "bin"}
        group = groups[tuple(_plain(row[name]) for name in keys)]
        group.update(counts)
        if span and row["bin"] is not None:
            group[spans.name_of(row["bin"])] += row[span]
    return groups


def stored(groups: Groups, clinic: Clinic) -> list[Any]:
    """Return a clinic's part of the groups as it is kept."""
    return [[list(key[1:]), counts] for key, counts in groups.items() if key[0] == clinic.pk]


def groups_of(row: Kept, scope: Scope) -> dict[Key, dict[str, int]]:
    """Return what a kept day holds of the scope."""
    device = str(scope.device.pk) if scope.device else None
    return {(row.clinic, *key): counts for key, counts in row.groups if device is None or key[0] == device}


def days_changed(counting: Counting, since: datetime) -> set[date]:
    """Return the days of which anything may have changed since a time."""
    return counting.changed(since - MARGIN)


def midnight(day: date) -> datetime:
    """Return when a day begins, by this server's clock."""
    return timezone.make_aware(datetime.combine(day, time.min), timezone.get_default_timezone())


def _kept(counting: Counting, scope: Scope) -> Iterator[tuple[date, list[Kept]]]:
    """Return the days that are kept of every clinic and still right, the earliest first."""
    basis = {clinic.pk: counting.basis(clinic) for clinic in scope.clinics}
    zone = timezone.get_default_timezone()
    found = CountedDay.objects.filter(
        table=counting.name,
        clinic__in=scope.clinics,
        day__gte=scope.since.astimezone(zone).date(),
        day__lt=scope.until.astimezone(zone).date() + DAY,
    )
    by_day: dict[date, list[Kept]] = defaultdict(list)
    # A year of four clinics is thousands of rows: no model is made of each.
    for day, clinic, kept_basis, checked_at, groups in found.order_by("day").values_list(
        "day", "clinic", "basis", "checked_at", "groups"
    ):
        if kept_basis == basis[clinic]:
            by_day[day].append(Kept(clinic, checked_at, groups))
    whole = {day: rows for day, rows in by_day.items() if len(rows) == len(basis)}
    if whole:
        changed = days_changed(counting, min(row.checked_at for rows in whole.values() for row in rows))
        yield from ((day, rows) for day, rows in whole.items() if day not in changed)


def _live(counting: Counting, scope: Scope, since: datetime, until: datetime) -> Groups:
    return counting.count(replace(scope, since=since, until=until)) if since < until else {}


def _add(total: Groups, more: Mapping[Key, Mapping[str, int]]) -> None:
    for key, counts in more.items():
        total[key].update(counts)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
