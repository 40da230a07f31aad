"""Whether somebody was told of critical cases in time, and answered in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import NoticeEventKind
from diagnosis.figures.percentile import MEDIAN, Percentile
from diagnosis.figures.plot import Row, bars
from diagnosis.figures.table import Column, Kind, Table, percent, share
from diagnosis.models import Notice, NoticeEvent
from diagnosis.selectors.notices import ANSWERS

if TYPE_CHECKING:
    from diagnosis.figures.scope import Scope

COLUMNS = (
    Column("name", _("Clinic"), Kind.TEXT),
    Column("raised", _("Critical notices")),
    Column("told", _("Told in time")),
    Column("told_share", _("Share told in time"), Kind.SHARE),
    Column("answered", _("Acknowledged in time")),
    Column("answered_share", _("Share acknowledged in time"), Kind.SHARE),
    Column("median", _("Median to acknowledgement"), Kind.SPAN),
    Column("escalated", _("Escalated")),
    Column("unattended", _("Nobody on call")),
    Column("called", _("Doctor called, read back")),
)


def critical(scope: Scope) -> Table:
    """Return what became of the critical notices that were raised in the span, by clinic."""
    notices = (
        Notice.objects.filter(scope.cases("case__"), scope.during("raised_at"))
        .annotate(
            sent_at=_first(NoticeEventKind.SENT),
            answered_at=_first(*ANSWERS),
            was_escalated=_any(kind=NoticeEventKind.ESCALATED),
            was_unattended=_any(kind=NoticeEventKind.NOBODY_ON_CALL),
            was_called=_any(kind=NoticeEventKind.CALLED, read_back=True),
        )
        .order_by("case__clinic__name")
    )
    rows: list[dict[str, Any]] = [
        {
            **each,
            "told_share": share(each["told"], each["raised"]),
            "answered_share": share(each["answered"], each["raised"]),
        }
        for each in notices.values(name=F("case__clinic__name")).annotate(
            raised=Count("pk"),
            told=Count("pk", filter=Q(sent_at__lte=F("notify_by"))),
            answered=Count("pk", filter=Q(answered_at__lte=F("acknowledge_by"))),
            median=Percentile(F("answered_at") - F("raised_at"), MEDIAN),
            escalated=Count("pk", filter=Q(was_escalated=True)),
            unattended=Count("pk", filter=Q(was_unattended=True)),
            called=Count("pk", filter=Q(was_called=True)),
        )
    ]
    return Table(
        "critical",
        _("Critical results"),
        _(
            "Notices raised in the period. Told is the first message that was sent; a signature counts as an "
            "acknowledgement. What was not told or acknowledged at all counts as late."
        ),
        COLUMNS,
        rows,
        bars(
            [
                Row(f"{row['name']}", (row["answered_share"] or 0.0,), COLUMNS[5].written(row["answered_share"]))
                for row in rows
            ],
            legend=(_("acknowledged in time"),),
            unit=percent,
            top=1.0,
        ),
    )


def _first(*kinds: NoticeEventKind) -> Subquery:
    events = NoticeEvent.objects.filter(notice=OuterRef("pk"), kind__in=kinds).order_by("at")
    return Subquery(events.values("at")[:1], output_field=DateTimeField())


def _any(**facts: Any) -> Exists:
    return Exists(NoticeEvent.objects.filter(notice=OuterRef("pk"), **facts))
