from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminSelect2Widget

from diagnosis.admin.changes import values_of
from diagnosis.admin.clinic_form import ClinicForm
from diagnosis.admin.memberships import watched
from diagnosis.admin.on_call import OnCallForm
from diagnosis.admin.records import HistoryAdmin, KeptAdmin, RecordAdmin
from diagnosis.models import Clinic, CountedDay, Device, Membership, OnCall, Patient
from diagnosis.services import corrections

if TYPE_CHECKING:
    from django.db.models import Field, Model, QuerySet
    from django.http import HttpRequest

    from diagnosis.models import User


class MembershipsOfClinic(TabularInline):
    """Who works at the clinic."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)
    tab = True


class DevicesOfClinic(TabularInline):
    """Microscopes with their cameras."""

    model = Device
    extra = 0
    tab = True
    can_delete = False
    fields = ("name", "micrometres_per_pixel", "is_active")


class OnCallOfClinic(TabularInline):
    """Who is told of critical cases, from now on."""

    model = OnCall
    form = OnCallForm
    extra = 0
    tab = True
    autocomplete_fields = ("user",)
    fields = ("user", "rank", "starts_at", "ends_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[OnCall]:
        """Leave out duties that are over; their own list shows them."""
        return cast("QuerySet[OnCall]", super().get_queryset(request)).filter(ends_at__gte=timezone.now())


@admin.register(Clinic)
class ClinicAdmin(RecordAdmin):
    """Clinics and their rules. One that has records stays."""

    form = ClinicForm
    refusal = _("A clinic stays: its cases name it. To close it, take its memberships away.")
    list_display = ("name", "slug", "time_zone", "stores_names", "minimum_images", "minimum_leukocytes", "created_at")
    list_filter = ("stores_names",)
    search_fields = ("name", "slug")
    inlines = (MembershipsOfClinic, DevicesOfClinic, OnCallOfClinic)
    fieldsets = (
        (None, {"fields": ("name", "slug", "time_zone", "stores_names", "last_accession", "created_at")}),
        (
            _("Targets"),
            {
                "classes": ("tab",),
                "fields": (
                    ("critical_target", "urgent_target", "routine_target"),
                    "machine_target",
                    ("minimum_images", "minimum_leukocytes"),
                ),
            },
        ),
        (_("Critical results"), {"classes": ("tab",), "fields": (("notice_target", "acknowledge_target"),)}),
        (
            _("Reading"),
            {"classes": ("tab",), "fields": ("reads_blind", "second_reading_share", "second_reading_of_flagged")},
        ),
        (_("Keeping"), {"classes": ("tab",), "fields": ("image_retention_days",)}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Clinic | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's interface
        """Keep the short name from the first case on: accession numbers begin with it."""
        fixed = ("last_accession", "created_at")
        return ("slug", *fixed) if obj and obj.cases.exists() else fixed

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **extra: Any) -> Any:
        """Offer the time zones that there are."""
        if db_field.name != "time_zone":
            return super().formfield_for_dbfield(db_field, request, **extra)
        return forms.ChoiceField(
            label=capfirst(db_field.verbose_name),
            choices=[(name, name) for name in sorted(available_timezones())],
            initial="UTC",
            widget=UnfoldAdminSelect2Widget(),
        )

    def save_model(self, request: HttpRequest, obj: Clinic, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's interface
        """Put on record which rules became others."""
        super().save_model(request, obj, form, change)
        if change and form.changed_data:
            corrections.clinic_changed(obj, values_of(form), by=cast("User", request.user))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's interface
        """Put on record which roles are given and taken away."""
        with watched(request, Q(clinic=form.instance)):
            super().save_related(request, form, formsets, change)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's interface
        """Refuse: a clinic's records outlive its membership."""
        return False


@admin.register(Patient)
class PatientAdmin(KeptAdmin):
    """Patients: a slip in the facts may be corrected until a report that names them is signed."""

    list_display = ("number", "clinic", "name", "year_of_birth", "sex", "created_at")
    list_filter = ("sex", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("clinic",)
    search_fields = ("number", "name")
    fields = ("clinic", "number", "name", "year_of_birth", "sex", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Patient | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's interface
        """Keep the name closed where the clinic stores none, and everything that a signed report says."""
        if obj and obj.cases.filter(signed_reports__isnull=False).exists():
            return self.fields
        fixed = ("clinic", "created_at")
        return fixed if obj and obj.clinic.stores_names else (*fixed, "name")

    def save_model(self, request: HttpRequest, obj: Patient, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's interface
        """Put on record which facts became others."""
        super().save_model(request, obj, form, change)
        if form.changed_data:
            corrections.patient_corrected(obj, form.changed_data, by=cast("User", request.user))


@admin.register(CountedDay)
class CountedDayAdmin(HistoryAdmin):
    """What the figures keep of the days that have ended."""

    list_display = ("day", "table", "clinic", "checked_at")
    list_filter = ("table", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("clinic",)
    search_fields = ("=clinic__slug",)
    search_help_text = _("Short name of the clinic")
