"""The figures that a clinic answers for, over a period: as tables with their plots, as CSV, as drawings."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from diagnosis.choices import Act
from diagnosis.csv_files import csv_file
from diagnosis.errors import NotAllowed
from diagnosis.figures import TABLES, Scope, Table
from diagnosis.models import AuditRecord, Clinic, Device
from diagnosis.permissions import Permission, clinics_where
from diagnosis.services.audit import note
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.model_pages import answering_for

if TYPE_CHECKING:
    from django.http import StreamingHttpResponse

PERIODS = (7, 30, 90, 365)
USUAL = 30
# No case is older: a year that is still being typed is none yet.
EARLIEST = date(2000, 1, 1)


class ScopeForm(forms.Form):
    """Period, clinic and device; what is left out means the last thirty days and everything."""

    since = forms.DateField(label=_("From"), required=False)
    until = forms.DateField(label=_("Until"), required=False)
    clinic = forms.ModelChoiceField(
        Clinic.objects.none(), label=_("Clinic"), required=False, empty_label=_("All clinics")
    )
    device = forms.ModelChoiceField(
        Device.objects.none(), label=_("Device"), required=False, empty_label=_("All devices")
    )

    def __init__(self, data: Any, *, clinics: list[Clinic]) -> None:
        today = timezone.localdate()
        usual = {"since": today - timedelta(days=USUAL - 1), "until": today}
        asked = {**{name: value.isoformat() for name, value in usual.items()}, **data.dict()}
        super().__init__(asked, label_suffix="")
        self.clinics = clinics
        mine = Clinic.objects.filter(pk__in=[clinic.pk for clinic in clinics])
        self.fields["clinic"].queryset = mine  # type: ignore[attr-defined]
        self.fields["device"].queryset = Device.objects.filter(clinic__in=clinics)  # type: ignore[attr-defined]
        for name in ("since", "until"):
            self.fields[name].widget = forms.DateInput(
                attrs={"type": "date", "min": EARLIEST.isoformat(), "max": today.isoformat()}, format="%Y-%m-%d"
            )

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        facts = super().clean() or {}
        since, until = facts.get("since"), facts.get("until")
        for name, day in (("since", since), ("until", until)):
            if day and not EARLIEST <= day <= timezone.localdate():
                self.add_error(name, _("Choose days from 2000 until today."))
        if since and until and until < since:
            self.add_error("until", _("The period ends before it begins. Choose a later day."))
        return facts

    def scope(self) -> Scope:
        """Return what is asked for; days are those of this server's time zone."""
        facts = self.cleaned_data
        today = timezone.localdate()
        until = facts["until"] or today
        since = facts["since"] or until - timedelta(days=USUAL - 1)
        device = facts["device"]
        clinics = [facts["clinic"]] if facts["clinic"] else self.clinics
        return Scope(clinics, _midnight(since), _midnight(until + timedelta(days=1)), device)


@signed_in
@never_cache
@require_GET
def figures(request: PersonRequest) -> HttpResponse:
    """Show every table of a period, each with its plot."""
    form = ScopeForm(request.GET, clinics=answering_for(request))
    tables = [counted(form.scope()) for counted in TABLES.values()] if form.is_valid() else []
    is_part = bool(request.htmx and not request.htmx.history_restore_request)
    context = {
        "form": form,
        "tables": tables,
        "periods": _periods(form),
        "is_part": is_part,
        "may_read_audit": bool(clinics_where(request.user, Permission.READ_AUDIT)),
        "asked": request.GET.urlencode(),
        "zone": timezone.get_current_timezone_name(),
        "today": timezone.localdate(),
    }
    return render(request, "figures/_tables.html" if is_part else "figures/figures.html", context)


@signed_in
@never_cache
@require_GET
def figures_csv(request: PersonRequest, table: str) -> HttpResponse:
    """Send the rows of one table."""
    scope, counted = _counted(request, table)
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{_file_name(table, scope)}.csv"'},
    )
    writer = csv.writer(response)
    writer.writerow([name for column in counted.columns for name in column.names])
    writer.writerows(
        [value for column in counted.columns for value in column.raw(row.get(column.name))] for row in counted.rows
    )
    return response


@signed_in
@never_cache
@require_GET
def figures_svg(request: PersonRequest, table: str) -> HttpResponse:
    """Send the plot of one table as a drawing of its own, for light and dark grounds."""
    scope, counted = _counted(request, table)
    if counted.plot is None:
        raise Http404
    context = {"table": counted, "plot": counted.plot, "heading": _heading(scope)}
    response = render(request, "figures/_plot.svg", context, "image/svg+xml")
    response["Content-Disposition"] = f'attachment; filename="{_file_name(table, scope)}.svg"'
    return response


@signed_in
@never_cache
@require_GET
def audit_csv(request: PersonRequest) -> StreamingHttpResponse:
    """Stream the audit trail of the period to those who may read it; ids and codes, no patient's name."""
    clinics = clinics_where(request.user, Permission.READ_AUDIT)
    if not clinics:
        raise NotAllowed
    form = ScopeForm(request.GET, clinics=clinics)
    if not form.is_valid():
        raise Http404
    scope = form.scope()
    for clinic in scope.clinics:
        note(Act.EXPORTED, at=timezone.now(), by=request.user, clinic=clinic, list="audit")
    records = AuditRecord.objects.filter(scope.during("at"), clinic__in=scope.clinics).order_by("at", "pk")
    rows = records.values_list("at", "act", "by__username", "clinic__slug", "case_id", "detail")
    return csv_file(
        f"{_file_name('audit', scope)}.csv", ("at", "act", "by", "clinic", "case", "detail"), rows.iterator()
    )


def _periods(form: ScopeForm) -> list[tuple[int, date, date, bool]]:
    """Return the periods offered, each with its days, its ends, and whether it is the one shown."""
    today = timezone.localdate()
    shown = (form.cleaned_data.get("since"), form.cleaned_data.get("until"))
    starts = [(days, today - timedelta(days=days - 1)) for days in PERIODS]
    return [(days, since, today, (since, today) == shown) for days, since in starts]


def _counted(request: PersonRequest, table: str) -> tuple[Scope, Table]:
    form = ScopeForm(request.GET, clinics=answering_for(request))
    if table not in TABLES or not form.is_valid():
        raise Http404
    scope = form.scope()
    return scope, TABLES[table](scope)


def _days(scope: Scope) -> tuple[date, date]:
    """Return the first and the last day of a scope."""
    return timezone.localdate(scope.since), timezone.localdate(scope.until) - timedelta(days=1)


def _file_name(name: str, scope: Scope) -> str:
    since, until = _days(scope)
    return f"{name}_{since:%Y-%m-%d}_{until:%Y-%m-%d}"


def _heading(scope: Scope) -> str:
    """Say of which clinics, device and days a drawing is that stands alone."""
    since, until = (date_format(day, "DATE_FORMAT") for day in _days(scope))
    what = [str(clinic) for clinic in scope.clinics] + ([scope.device.name] if scope.device else [])
    words = {"what": ", ".join(what), "since": since, "until": until, "zone": timezone.get_current_timezone_name()}
    return gettext("%(what)s, %(since)s to %(until)s (%(zone)s)") % words


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
