"""How fast the machine answers, what it could say, and how often an image was taken again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import AnalysisStatus, Outcome
from diagnosis.figures.percentile import NEARLY_ALL, Percentile
from diagnosis.figures.plot import Row, bars
from diagnosis.figures.scope import device_of
from diagnosis.figures.table import Column, Kind, Table, percent, share
from diagnosis.models import Analysis, Smear

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from diagnosis.figures.scope import Scope

OUTCOMES: dict[str, StrOrPromise] = {
    Outcome.CLASSIFIED: _("Class given"),
    Outcome.ABSTAINED: _("Abstained"),
    Outcome.NOVEL: _("Novel"),
    Outcome.UNSUITABLE: _("Unsuitable"),
}
COLUMNS = (
    Column("clinic", _("Clinic"), Kind.TEXT),
    Column("device", _("Device"), Kind.TEXT),
    Column("analyses", _("Analyses")),
    Column("p95", _("95 % answered within"), Kind.SPAN),
    Column("in_time_share", _("Answered in time"), Kind.SHARE),
    *(Column(name, title) for name, title in OUTCOMES.items()),
    Column("failed", _("Failed or refused")),
    Column("unsuitable_cases", _("Cases with an unsuitable image")),
    Column("retaken", _("Taken again")),
    Column("retaken_share", _("Share taken again"), Kind.SHARE),
)


def machine(scope: Scope) -> Table:
    """Return what the analyses of the span came to, by clinic and device."""
    target = ExpressionWrapper(
        F("smear__case__clinic__machine_target") * Value(timedelta(minutes=1), DurationField()),
        output_field=DurationField(),
    )
    answer = F("finished_at") - F("queued_at")
    ended: QuerySet[Any] = Analysis.objects.filter(
        scope.cases("smear__case__"),
        scope.during("queued_at"),
        status__in=[AnalysisStatus.SUCCEEDED, AnalysisStatus.FAILED],
    )
    places = {"clinic": F("smear__case__clinic__name"), "device": device_of("smear__case__")}
    answered = (
        ended.values(**places)
        .annotate(
            analyses=Count("pk"),
            in_time=Count("pk", filter=Q(status=AnalysisStatus.SUCCEEDED, finished_at__lte=F("queued_at") + target)),
            p95=Percentile(answer, NEARLY_ALL),
            failed=Count("pk", filter=Q(status=AnalysisStatus.FAILED) | Q(outcome=Outcome.REFUSED)),
            **{name: Count("pk", filter=Q(outcome=name)) for name in OUTCOMES},
        )
        .order_by("clinic", "device")
    )
    later = Smear.objects.filter(case=OuterRef("smear__case"), uploaded_at__gt=OuterRef("finished_at"))
    unsuitable = {
        (each["clinic"], each["device"]): each
        for each in ended.filter(outcome=Outcome.UNSUITABLE)
        .annotate(was_retaken=Exists(later))
        .values(**places)
        .annotate(
            unsuitable_cases=Count("smear__case", distinct=True),
            retaken=Count("smear__case", distinct=True, filter=Q(was_retaken=True)),
        )
    }
    none = {"unsuitable_cases": 0, "retaken": 0}
    rows: list[dict[str, Any]] = []
    for each in answered:
        again = unsuitable.get((each["clinic"], each["device"]), none)
        row: dict[str, Any] = {**each, **again}
        row["device"] = each["device"] or gettext("not named")
        row["in_time_share"] = share(each["in_time"], each["analyses"])
        row["retaken_share"] = share(again["retaken"], again["unsuitable_cases"])
        rows.append(row)
    return Table(
        "machine",
        _("Machine answers"),
        _(
            "Analyses asked for in the period that have ended. In time is what succeeded within the clinic's target. "
            "An unsuitable image was taken again when another image joined the same case after it was analysed."
        ),
        COLUMNS,
        rows,
        bars(
            [
                Row(
                    f"{row['clinic']}, {row['device']}",
                    [row[name] / row["analyses"] for name in OUTCOMES],
                    gettext("%(count)s analyses") % {"count": COLUMNS[2].written(row["analyses"])},
                )
                for row in rows
            ],
            legend=list(OUTCOMES.values()),
            unit=percent,
            top=1.0,
        ),
    )
