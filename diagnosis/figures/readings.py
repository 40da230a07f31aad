"""How often cases were read twice, and how often the two readings differed."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import ReadingKind, ReadingReason
from diagnosis.figures.daily import Counting, Groups, counted, folded
from diagnosis.figures.plot import Row, bars
from diagnosis.figures.table import Column, Kind, Table, percent, share
from diagnosis.models import ReadingRequest, Review

if TYPE_CHECKING:
    from datetime import date, datetime

    from diagnosis.figures.scope import Scope

COLUMNS = (
    Column("name", _("Asked because"), Kind.TEXT),
    Column("asked", _("Second readings")),
    Column("read", _("Read")),
    Column("differed", _("Differed from the first")),
    Column("differed_share", _("Share that differed"), Kind.SHARE),
    Column("adjudicated", _("Adjudicated")),
)


def readings(scope: Scope) -> Table:
    """Return the second readings that were asked for in the span, by what asked for them."""
    by_reason: dict[str, Counter[str]] = defaultdict(Counter)
    for (_clinic, _microscope, reason), counts in counted(COUNTING, scope).items():
        by_reason[reason].update(counts)
    rows: list[dict[str, Any]] = [
        {
            **{name: counts[name] for name in ("asked", "read", "differed", "adjudicated")},
            "name": str(ReadingReason(reason).label),
            "differed_share": share(counts["differed"], counts["read"]),
        }
        for reason, counts in sorted(by_reason.items())
    ]
    return Table(
        "readings",
        _("Second readings"),
        _(
            "Second readings asked for in the period. Two readings differ when their findings sent the case on to a "
            "third."
        ),
        COLUMNS,
        rows,
        bars(
            [
                Row(row["name"], (known.value,), known.counted, interval=(known.low, known.high))
                for row in rows
                if (known := row["differed_share"])
            ],
            axis=_("Share of the second readings"),
            # xgettext:no-python-format  # noqa: ERA001 - said to xgettext
            legend=(_("differed from the first, with its 95 % interval"),),
            unit=percent,
        ),
    )


def _count(scope: Scope) -> Groups:
    reviews = Review.objects.filter(case=OuterRef("case"))
    disputes = ReadingRequest.objects.filter(case=OuterRef("case"), kind=ReadingKind.ADJUDICATION)
    keys = ("clinic", "microscope", "reason")
    rows = (
        ReadingRequest.objects.filter(scope.cases("case__"), scope.during("asked_at"), kind=ReadingKind.SECOND)
        .annotate(
            was_read=Exists(reviews.filter(kind=ReadingKind.SECOND)),
            has_differed=Exists(disputes),
            was_adjudicated=Exists(reviews.filter(kind=ReadingKind.ADJUDICATION)),
            clinic=F("case__clinic"),
            microscope=F("case__microscope"),
        )
        .values(*keys)
        .annotate(
            asked=Count("pk"),
            read=Count("pk", filter=Q(was_read=True)),
            differed=Count("pk", filter=Q(has_differed=True)),
            adjudicated=Count("pk", filter=Q(was_adjudicated=True)),
        )
        .order_by()
    )
    return folded(rows, keys)


def _changed(since: datetime) -> set[date]:
    """Return the days on which readings were asked for of cases that were read, or asked about, since."""
    read = Q(case__in=Review.objects.filter(reviewed_at__gte=since).values("case"))
    asked = Q(case__in=ReadingRequest.objects.filter(asked_at__gte=since).values("case"))
    found = (ReadingRequest.objects.filter(which) for which in (read, asked))
    return {at.date() for rows in found for at in rows.datetimes("asked_at", "day")}


COUNTING = Counting("readings", _count, _changed)
