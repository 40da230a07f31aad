"""From the submitted case to the first signature, and what is late now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case as Choose
from django.db.models import CharField, Count, F, Q, Value, When
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import CaseStatus, Priority
from diagnosis.figures.percentile import MEDIAN, NEARLY_ALL, Percentile
from diagnosis.figures.plot import Plot, Row, bars
from diagnosis.figures.table import Column, Kind, Table, share, span
from diagnosis.models import Case

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
    urgency = Choose(
        When(is_critical=True, then=Value(CRITICAL)), default=F("priority"), output_field=CharField(max_length=10)
    )
    of_scope = Case.objects.filter(scope.cases()).annotate(urgency=urgency).order_by("urgency").values("urgency")
    signed = of_scope.filter(scope.during("signed_at")).annotate(
        signed=Count("pk"),
        in_time=Count("pk", filter=Q(signed_at__lte=F("due_at"))),
        median=Percentile(F("signed_at") - F("submitted_at"), MEDIAN),
        p95=Percentile(F("signed_at") - F("submitted_at"), NEARLY_ALL),
    )
    waiting = of_scope.filter(status=CaseStatus.OPEN).annotate(
        open=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=timezone.now()))
    )
    nothing = {"signed": 0, "in_time": 0, "open": 0, "overdue": 0}
    found: dict[str, dict[str, Any]] = {name: dict(nothing) for name in URGENCIES}
    for each in [*signed, *waiting]:
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
