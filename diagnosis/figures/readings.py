"""How often cases were read twice, and how often the two readings differed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import ReadingKind, ReadingReason
from diagnosis.figures.plot import Row, bars
from diagnosis.figures.table import Column, Kind, Table, percent, share
from diagnosis.models import ReadingRequest, Review

if TYPE_CHECKING:
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
    reviews = Review.objects.filter(case=OuterRef("case"))
    disputes = ReadingRequest.objects.filter(case=OuterRef("case"), kind=ReadingKind.ADJUDICATION)
    counted = (
        ReadingRequest.objects.filter(scope.cases("case__"), scope.during("asked_at"), kind=ReadingKind.SECOND)
        .annotate(
            was_read=Exists(reviews.filter(kind=ReadingKind.SECOND)),
            has_differed=Exists(disputes),
            was_adjudicated=Exists(reviews.filter(kind=ReadingKind.ADJUDICATION)),
        )
        .values("reason")
        .annotate(
            asked=Count("pk"),
            read=Count("pk", filter=Q(was_read=True)),
            differed=Count("pk", filter=Q(has_differed=True)),
            adjudicated=Count("pk", filter=Q(was_adjudicated=True)),
        )
        .order_by("reason")
    )
    rows: list[dict[str, Any]] = [
        {
            **each,
            "name": str(ReadingReason(each["reason"]).label),
            "differed_share": share(each["differed"], each["read"]),
        }
        for each in counted
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
                Row(row["name"], (row["differed_share"],), COLUMNS[4].written(row["differed_share"]))
                for row in rows
                if row["differed_share"] is not None
            ],
            legend=(_("differed from the first"),),
            unit=percent,
            top=1.0,
        ),
    )
