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
from diagnosis.figures.plot import Plot, Row, bars
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
            "was signed before it was due. What is open or overdue is counted now, whatever the period."
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
            (_hours(row["median"]), _hours(row["p95"]) - _hours(row["median"])),
            gettext("%(median)s · %(p95)s") % {"median": span(row["median"]), "p95": span(row["p95"])},
            mark=_hours(row["target"]) if row["target"] else None,
        )
        for row in rows
        if row["signed"]
    ]
    return bars(
        shown,
        legend=(
            _("half of the cases"),
            # xgettext:no-python-format  # noqa: ERA001 - said to xgettext
            _("95 % of the cases"),
        ),
        unit=lambda hours: gettext("%(number)s h") % {"number": number_format(round(hours, 1))},
        mark_legend=_("target"),
    )


def _hours(value: timedelta) -> float:
    return value.total_seconds() / 3600
