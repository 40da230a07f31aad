"""Counting the days that have ended, so that a year's figures are there at once."""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from diagnosis.figures import COUNTINGS, Scope
from diagnosis.figures.daily import DAY, MARGIN, days_changed, midnight, stored
from diagnosis.models import Case, Clinic, CountedDay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from diagnosis.figures.daily import Counting

# Seconds that one round may take: others wait for the worker meanwhile. What is left, the next round counts.
PATIENCE = 5.0
# So often it is noted that a day still stands as it was counted.
CHECKED_EVERY = timedelta(hours=1)


def count_days(*, at: datetime, patience: float = PATIENCE) -> int:
    """Count the ended days that are not kept or have changed, the newest first; return how many that were."""
    ends = time.monotonic() + patience
    clinics = list(Clinic.objects.all())
    done = 0
    for counting in COUNTINGS:
        _forget_changed(counting, clinics, at)
        for day in _missing(counting, clinics, at):
            if done and time.monotonic() > ends:
                return done
            _keep(counting, clinics, day, at)
            done += 1
    return done


def _forget_changed(counting: Counting, clinics: list[Clinic], at: datetime) -> None:
    rows = CountedDay.objects.filter(table=counting.name)
    with transaction.atomic():
        for clinic in clinics:
            rows.filter(clinic=clinic).exclude(basis=counting.basis(clinic)).delete()
        checked = rows.aggregate(first=Min("checked_at"))["first"]
        if checked is not None and checked < at - CHECKED_EVERY:
            rows.filter(day__in=days_changed(counting, checked)).delete()
            rows.update(checked_at=at)


def _missing(counting: Counting, clinics: list[Clinic], at: datetime) -> Iterator[date]:
    """Return the days since the first case of which not every clinic's part is kept, the newest first."""
    first = Case.objects.order_by("submitted_at").values_list("submitted_at", flat=True).first()
    if first is None:
        return
    zone = timezone.get_default_timezone()
    kept: dict[date, int] = {}
    for day in CountedDay.objects.filter(table=counting.name).values_list("day", flat=True):
        kept[day] = kept.get(day, 0) + 1
    day = (at - MARGIN).astimezone(zone).date() - DAY
    while day >= first.astimezone(zone).date():
        if kept.get(day, 0) < len(clinics):
            yield day
        day -= DAY


def _keep(counting: Counting, clinics: list[Clinic], day: date, at: datetime) -> None:
    groups = counting.count(Scope(clinics, midnight(day), midnight(day + DAY)))
    rows = [
        CountedDay(
            table=counting.name,
            clinic=clinic,
            day=day,
            basis=counting.basis(clinic),
            groups=stored(groups, clinic),
            checked_at=at,
        )
        for clinic in clinics
    ]
    CountedDay.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["table", "clinic", "day"],
        update_fields=["basis", "groups", "checked_at"],
    )
