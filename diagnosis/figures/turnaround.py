"""From the submitted case to the first signature, and what is late now."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case as Choose
from django.db.models import CharField, Count, F, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import CaseStatus, Priority
from diagnosis.figures.daily import Counting, Groups, counted, folded
from diagnosis.figures.plot import Plot, Row, ranges
from diagnosis.figures.spans import MEDIAN, NEARLY_ALL, bin_between, percentile
from diagnosis.figures.table import Column, Kind, Table, share, span
from diagnosis.models import Case, Notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django_stubs_ext import StrOrPromise

    from diagnosis.figures.scope import Scope
    from diagnosis.models import Clinic

CRITICAL = "critical"
# As the worklist is ordered: what is due soonest first.
URGENCIES: dict[str, StrOrPromise] = {
    CRITICAL: _("Critical"),
    Priority.STAT: _("Stat"),
    Priority.URGENT: _("Urgent"),
    Priority.ROUTINE: _("Routine"),
}
# What a turnaround is measured by, in seconds.
TICKS: tuple[tuple[float, StrOrPromise], ...] = (
    (1, _("1 s")),
    (10, _("10 s")),
    (60, _("1 min")),
    (600, _("10 min")),
    (3600, _("1 h")),
    (4 * 3600, _("4 h")),
    (24 * 3600, _("24 h")),
    (7 * 24 * 3600, _("7 d")),
    (30 * 24 * 3600, _("30 d")),
    (365 * 24 * 3600, _("365 d")),
)
COLUMNS = (
    Column("name", _("Urgency"), Kind.TEXT),
    Column("signed", _("Signed")),
    Column("median", _("Median to signature"), Kind.SPAN),
    Column("p95", _("95 % within"), Kind.SPAN),
    Column("target", _("Target"), Kind.SPAN),
    Column("in_time", _("Signed in time")),
    Column("share", _("Share in time"), Kind.SHARE),
    Column("open", _("Open now")),
    Column("overdue", _("Overdue now")),
)


def turnaround(scope: Scope) -> Table:
    """Return how long cases took that were first signed in the span, by urgency."""
    waiting = (
        _by_urgency(scope)
        .filter(status=CaseStatus.OPEN)
        .order_by("urgency")
        .values("urgency")
        .annotate(open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=timezone.now())))
    )
    by_urgency: dict[str, Counter[str]] = {name: Counter() for name in URGENCIES}
    for (_clinic, _microscope, urgency), counts in counted(COUNTING, scope).items():
        by_urgency[urgency].update(counts)
    found: dict[str, dict[str, Any]] = {
        name: {
            "signed": counts["signed"],
            "in_time": counts["in_time"],
            "median": percentile(counts, MEDIAN),
            "p95": percentile(counts, NEARLY_ALL),
            "open": 0,
            "overdue": 0,
        }
        for name, counts in by_urgency.items()
    }
    for each in waiting:
        found[each["urgency"]] |= each
    rows = [
        {
            **facts,
            "name": str(URGENCIES[name]),
            "target": _target(scope.clinics, name),
            "share": share(facts["in_time"], facts["signed"]),
        }
        for name, facts in found.items()
    ]
    return Table(
        "turnaround",
        _("Turnaround"),
        _(
            "Cases that were signed for the first time in the period, from submission to signature. In time is what "
            "was signed before it was due, by the target that held when the case came in or became critical; the "
            "target shown is today's. What is open or overdue is counted now, whatever the period."
        ),
        COLUMNS,
        rows,
        _plot(rows),
    )


def _count(scope: Scope) -> Groups:
    keys = ("clinic", "microscope", "urgency")
    signed = (
        _by_urgency(scope)
        .filter(scope.during("signed_at"))
        .order_by()
        .values(*keys, bin=bin_between("submitted_at", "signed_at"))
        .annotate(signed=Count("pk"), in_time=Count("pk", filter=Q(signed_at__lte=F("due_at"))))
    )
    return folded(signed, keys, span="signed")


def _changed(since: datetime) -> set[date]:
    """Return the days on which cases were signed that were raised to critical afterwards."""
    raised = Notice.objects.filter(raised_at__gte=since)
    return {at.date() for at in Case.objects.filter(notice__in=raised).datetimes("signed_at", "day")}


COUNTING = Counting("turnaround", _count, _changed)


def _by_urgency(scope: Scope) -> QuerySet[Any]:
    urgency = Choose(
        When(is_critical=True, then=Value(CRITICAL)), default=F("priority"), output_field=CharField(max_length=10)
    )
    return Case.objects.filter(scope.cases()).annotate(urgency=urgency)


def _target(clinics: Sequence[Clinic], urgency: str) -> timedelta | None:
    """Return the clinics' target; none where they differ."""
    fields = {Priority.URGENT.value: "urgent_target", Priority.ROUTINE.value: "routine_target"}
    targets = {getattr(clinic, fields.get(urgency, "critical_target")) for clinic in clinics}
    return timedelta(minutes=targets.pop()) if len(targets) == 1 else None


def _plot(rows: list[dict[str, Any]]) -> Plot | None:
    shown = [
        Row(
            row["name"],
            (row["median"].total_seconds(), row["p95"].total_seconds()),
            gettext("%(median)s · %(p95)s (n = %(count)s)")
            % {"median": span(row["median"]), "p95": span(row["p95"]), "count": number_format(row["signed"])},
            mark=row["target"].total_seconds() if row["target"] else None,
        )
        for row in rows
        if row["signed"]
    ]
    return ranges(
        shown,
        axis=gettext("Time to signature, logarithmic"),
        legend=(
            _("half of the cases within"),
            # xgettext:no-python-format  # noqa: ERA001 - said to xgettext
            _("from there to where 95 % are signed"),
        ),
        ticks=[(seconds, str(name)) for seconds, name in TICKS],
        mark_legend=_("target"),
    )
