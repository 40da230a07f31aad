from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import admin
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from diagnosis.admin.records import KeptAdmin, RecordAdmin
from diagnosis.models import Clinic, Membership, Patient

if TYPE_CHECKING:
    from django.db.models import Model
    from django.http import HttpRequest


class MembershipsOfClinic(TabularInline):
    """Who works at the clinic."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)
    tab = True


@admin.register(Clinic)
class ClinicAdmin(RecordAdmin):
    """Clinics and their rules. One that has records stays."""

    list_display = ("name", "slug", "time_zone", "stores_names", "minimum_images", "minimum_leukocytes", "created_at")
    list_filter = ("stores_names",)
    search_fields = ("name", "slug")
    readonly_fields = ("last_accession", "created_at")
    inlines = (MembershipsOfClinic,)
    fieldsets = (
        (None, {"fields": ("name", "slug", "time_zone", "stores_names", "last_accession", "created_at")}),
        ("What a case needs for a statement", {"fields": ("minimum_images", "minimum_leukocytes")}),
        ("Minutes to review", {"fields": ("critical_target", "urgent_target", "routine_target", "machine_target")}),
        ("Minutes, critical results", {"fields": ("notice_target", "acknowledge_target")}),
        ("Reading", {"fields": ("reads_blind", "second_reading_share", "second_reading_of_flagged")}),
        ("Keeping", {"fields": ("image_retention_days",)}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's interface
        """Refuse: a clinic's records outlive its membership."""
        return False


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    """Roles. Taking one away is how someone loses access to a clinic."""

    list_display = ("user", "clinic", "role")
    list_filter = ("role", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("user", "clinic")
    search_fields = ("user__username", "user__first_name", "user__last_name", "clinic__name", "clinic__slug")
    autocomplete_fields = ("user", "clinic")


@admin.register(Patient)
class PatientAdmin(KeptAdmin):
    """Patients: a slip in the facts may be corrected; what was signed keeps what it said."""

    list_display = ("number", "clinic", "name", "year_of_birth", "sex", "created_at")
    list_filter = ("sex", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("clinic",)
    search_fields = ("number", "name")
    fields = ("clinic", "number", "name", "year_of_birth", "sex", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Patient | None = None) -> tuple[str, ...]:  # noqa: ARG002 - Django's interface
        """Keep the name closed where the clinic stores none."""
        fixed = ("clinic", "created_at")
        return fixed if obj and obj.clinic.stores_names else (*fixed, "name")
