"""How fast the machine answers, what it could say, and how often an image was taken again."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.admin.models import LogEntry
from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import AnalysisStatus, Outcome
from diagnosis.figures.daily import Counting, Groups, counted, folded
from diagnosis.figures.plot import Row, bars
from diagnosis.figures.spans import NEARLY_ALL, bin_between, percentile
from diagnosis.figures.table import Column, Kind, Table, percent, share
from diagnosis.models import Analysis, Device, Smear

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
    names = {clinic.pk: clinic.name for clinic in scope.clinics}
    devices = {str(device.pk): device.name for device in Device.objects.filter(clinic__in=scope.clinics)}
    by_device: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (clinic, microscope, typed), counts in counted(COUNTING, scope).items():
        # A known device by its name, else as it was typed.
        by_device[names[clinic], devices.get(microscope) or typed].update(counts)
    rows: list[dict[str, Any]] = [
        {
            **{name: counts[name] for name in ("analyses", "failed", "unsuitable_cases", "retaken", *OUTCOMES)},
            "clinic": clinic,
            "device": device or gettext("not named"),
            "p95": percentile(counts, NEARLY_ALL),
            "in_time_share": share(counts["in_time"], counts["analyses"]),
            "retaken_share": share(counts["retaken"], counts["unsuitable_cases"]),
        }
        for (clinic, device), counts in sorted(by_device.items())
        if counts["analyses"]
    ]
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
                    ngettext("%(count)s analysis", "%(count)s analyses", row["analyses"])
                    % {"count": COLUMNS[2].written(row["analyses"])},
                )
                for row in rows
            ],
            axis=_("Share of the analyses"),
            legend=list(OUTCOMES.values()),
            unit=percent,
        ),
    )


def _count(scope: Scope) -> Groups:
    target = ExpressionWrapper(
        F("smear__case__clinic__machine_target") * Value(timedelta(minutes=1), DurationField()),
        output_field=DurationField(),
    )
    ended: QuerySet[Any] = Analysis.objects.filter(
        scope.cases("smear__case__"),
        scope.during("queued_at"),
        status__in=[AnalysisStatus.SUCCEEDED, AnalysisStatus.FAILED],
    ).order_by()
    places = {
        "clinic": F("smear__case__clinic"),
        "microscope": F("smear__case__microscope"),
        "device": F("smear__case__device"),
    }
    answered = ended.values(**places, bin=bin_between("queued_at", "finished_at")).annotate(
        analyses=Count("pk"),
        in_time=Count("pk", filter=Q(status=AnalysisStatus.SUCCEEDED, finished_at__lte=F("queued_at") + target)),
        failed=Count("pk", filter=Q(status=AnalysisStatus.FAILED) | Q(outcome=Outcome.REFUSED)),
        **{name: Count("pk", filter=Q(outcome=name)) for name in OUTCOMES},
    )
    groups = folded(answered, tuple(places), span="analyses")
    # A case is counted once, with its first unsuitable image: then days add up.
    same_case = Analysis.objects.filter(smear__case=OuterRef("smear__case"), outcome=Outcome.UNSUITABLE)
    earlier = Q(queued_at__lt=OuterRef("queued_at")) | Q(queued_at=OuterRef("queued_at"), pk__lt=OuterRef("pk"))
    later = Smear.objects.filter(case=OuterRef("smear__case"), uploaded_at__gt=OuterRef("finished_at"))
    unsuitable = (
        ended.filter(~Exists(same_case.filter(earlier)), outcome=Outcome.UNSUITABLE)
        .annotate(was_retaken=Exists(later))
        .values(**places)
        .annotate(unsuitable_cases=Count("pk"), retaken=Count("pk", filter=Q(was_retaken=True)))
    )
    for key, counts in folded(unsuitable, tuple(places)).items():
        groups[key].update(counts)
    return groups


def _changed(since: datetime) -> set[date]:
    """Return the days that have analyses which ended since, images taken again since, or a device put right since."""
    ended = Q(finished_at__gte=since)
    joined = Smear.objects.filter(uploaded_at__gte=since)
    again = Q(smear__case__in=joined.values("case"), outcome=Outcome.UNSUITABLE)
    put_right = LogEntry.objects.filter(content_type__app_label="diagnosis", content_type__model="case")
    cases = [entry.object_id for entry in put_right.filter(action_time__gte=since)]
    found = (Analysis.objects.filter(which) for which in (ended, again, Q(smear__case__in=cases)))
    return {at.date() for rows in found for at in rows.datetimes("queued_at", "day")}


COUNTING = Counting("machine", _count, _changed, lambda clinic: str(clinic.machine_target))
