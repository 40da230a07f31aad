"""Whether somebody was told of critical cases in time, and answered in time."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import NoticeEventKind
from diagnosis.figures.daily import Counting, Groups, counted, folded
from diagnosis.figures.plot import Row, bars
from diagnosis.figures.spans import MEDIAN, bin_between, percentile
from diagnosis.figures.table import Column, Kind, Table, percent, share
from diagnosis.models import Notice, NoticeEvent
from diagnosis.selectors.notices import ANSWERS

if TYPE_CHECKING:
    from datetime import date, datetime

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
    names = {clinic.pk: clinic.name for clinic in scope.clinics}
    by_clinic: dict[str, Counter[str]] = defaultdict(Counter)
    for (clinic, _microscope), counts in counted(COUNTING, scope).items():
        by_clinic[names[clinic]].update(counts)
    rows: list[dict[str, Any]] = [
        {
            **{name: counts[name] for name in ("raised", "told", "answered", "escalated", "unattended", "called")},
            "name": name,
            "told_share": share(counts["told"], counts["to_tell"]),
            "answered_share": share(counts["answered"], counts["to_answer"]),
            "median": percentile(counts, MEDIAN),
        }
        for name, counts in sorted(by_clinic.items())
    ]
    return Table(
        "critical",
        _("Critical results"),
        _(
            "Notices raised in the period. Told is the first message that was sent; a signature counts as an "
            "acknowledgement. What was not told or acknowledged at all counts as late; the shares leave out what still "
            "has time."
        ),
        COLUMNS,
        rows,
        bars(
            [
                Row(row["name"], (known.value,), known.counted, interval=(known.low, known.high))
                for row in rows
                if (known := row["answered_share"])
            ],
            axis=_("Share of the notices"),
            # xgettext:no-python-format  # noqa: ERA001 - said to xgettext
            legend=(_("acknowledged in time, with its 95 % interval"),),
            unit=percent,
        ),
    )


def _count(scope: Scope) -> Groups:
    keys = ("clinic", "microscope")
    rows = (
        Notice.objects.filter(scope.cases("case__"), scope.during("raised_at"))
        .annotate(
            sent_at=_first(NoticeEventKind.SENT),
            answered_at=_first(*ANSWERS),
            was_escalated=_any(kind=NoticeEventKind.ESCALATED),
            was_unattended=_any(kind=NoticeEventKind.NOBODY_ON_CALL),
            was_called=_any(kind=NoticeEventKind.CALLED, read_back=True),
            clinic=F("case__clinic"),
            microscope=F("case__microscope"),
        )
        .order_by()
        .values(*keys, bin=bin_between("raised_at", "answered_at"))
        .annotate(
            raised=Count("pk"),
            told=Count("pk", filter=Q(sent_at__lte=F("notify_by"))),
            # Who suspects blasts and signs at once has nobody to tell but the doctor.
            to_tell=Count(
                "pk",
                filter=Q(sent_at__isnull=False)
                | Q(notify_by__lte=Now()) & (Q(answered_at=None) | Q(answered_at__gt=F("notify_by"))),
            ),
            answered=Count("pk", filter=Q(answered_at__lte=F("acknowledge_by"))),
            to_answer=Count("pk", filter=Q(answered_at__isnull=False) | Q(acknowledge_by__lte=Now())),
            escalated=Count("pk", filter=Q(was_escalated=True)),
            unattended=Count("pk", filter=Q(was_unattended=True)),
            called=Count("pk", filter=Q(was_called=True)),
        )
    )
    return folded(rows, keys, span="raised")


def _changed(since: datetime) -> set[date]:
    """Return the days whose notices went on since, or had time left then."""
    went_on = NoticeEvent.objects.filter(at__gte=since)
    had_time = Q(notify_by__gte=since) | Q(acknowledge_by__gte=since)
    changed = Notice.objects.filter(Q(pk__in=went_on.values("notice")) | had_time)
    return {at.date() for at in changed.datetimes("raised_at", "day")}


COUNTING = Counting("critical", _count, _changed)


def _first(*kinds: NoticeEventKind) -> Subquery:
    events = NoticeEvent.objects.filter(notice=OuterRef("pk"), kind__in=kinds).order_by("at")
    return Subquery(events.values("at")[:1], output_field=DateTimeField())


def _any(**facts: Any) -> Exists:
    return Exists(NoticeEvent.objects.filter(notice=OuterRef("pk"), **facts))
