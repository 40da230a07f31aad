from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter

from diagnosis.admin.records import HistoryAdmin, RecordAdmin
from diagnosis.models import Delivery, Device, Notice, NoticeEvent, OnCall
from diagnosis.permissions import Permission, may


@admin.register(Device)
class DeviceAdmin(RecordAdmin):
    """Microscopes with their cameras, and the size of a pixel."""

    list_display = ("name", "clinic", "micrometres_per_pixel", "is_active", "created_at")
    list_editable = ("is_active",)
    list_filter = ("is_active", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("clinic",)
    search_fields = ("name", "clinic__name")
    autocomplete_fields = ("clinic",)
    readonly_fields = ("created_at",)


class OnCallForm(forms.ModelForm):  # type: ignore[type-arg] # the class takes none at run time
    """A span of duty of somebody who can answer."""

    class Meta:
        model = OnCall
        fields = ("clinic", "user", "rank", "starts_at", "ends_at")

    def clean(self) -> dict[str, Any]:
        """Refuse whoever reads no cases of the clinic: a notice that they cannot open would help nobody."""
        facts = super().clean() or {}
        clinic, user = facts.get("clinic"), facts.get("user")
        if clinic and user and not may(user, Permission.REVIEW, clinic):
            self.add_error("user", _("This person is no specialist of the clinic. Give them the role first."))
        starts_at, ends_at = facts.get("starts_at"), facts.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("The duty ends before it starts. Choose a later time."))
        return facts


@admin.register(OnCall)
class OnCallAdmin(RecordAdmin):
    """Who is told of critical cases, and when."""

    list_display = ("clinic", "user", "rank", "starts_at", "ends_at")
    list_filter = (
        "rank",
        ("clinic", AutocompleteSelectFilter),
        ("user", AutocompleteSelectFilter),
        ("ends_at", RangeDateTimeFilter),
    )
    list_select_related = ("clinic", "user")
    form = OnCallForm
    fields = ("clinic", "user", "rank", "starts_at", "ends_at")
    search_fields = ("user__username", "user__last_name", "clinic__name")
    autocomplete_fields = ("clinic", "user")


class EventsOfNotice(TabularInline):
    """What happened to the notice."""

    model = NoticeEvent
    extra = 0
    can_delete = False
    fields = ("at", "kind", "by", "to", "read_back")
    readonly_fields = fields


@admin.register(Notice)
class NoticeAdmin(HistoryAdmin):
    """Critical notices."""

    list_display = ("case", "raised_at", "notify_by", "acknowledge_by")
    list_filter = (("case__clinic", AutocompleteSelectFilter), ("raised_at", RangeDateTimeFilter))
    list_select_related = ("case",)
    case = "case"
    search_fields = ("=events__by__username", "=events__to__username")
    search_help_text = _("Accession or patient number, user name or id")
    exported = ("id", "case__clinic__slug", "case__accession", "raised_at", "notify_by", "acknowledge_by")
    inlines = (EventsOfNotice,)


@admin.register(NoticeEvent)
class NoticeEventAdmin(HistoryAdmin):
    """Steps of critical notices."""

    list_display = ("notice", "kind", "at", "by", "to")
    list_filter = ("kind", ("notice__case__clinic", AutocompleteSelectFilter), ("at", RangeDateTimeFilter))
    list_select_related = ("notice__case", "by", "to")
    case = "notice__case"
    search_fields = ("=by__username", "=to__username")
    search_help_text = _("Accession or patient number, user name or id")
    exported = (
        "id",
        "notice__case__clinic__slug",
        "notice__case__accession",
        "kind",
        "at",
        "by_id",
        "to_id",
        "read_back",
    )


@admin.register(Delivery)
class DeliveryAdmin(HistoryAdmin):
    """E-mails, sent or waiting."""

    list_display = ("case", "kind", "to", "state", "attempts", "next_at", "sent_at")
    list_filter = ("state", "kind", ("case__clinic", AutocompleteSelectFilter), ("created_at", RangeDateTimeFilter))
    list_select_related = ("case", "to")
    case = "case"
    search_fields = ("=to__username", "error")
    search_help_text = _("Accession or patient number, user name, error or id")
    exported = (
        "id",
        "case__clinic__slug",
        "case__accession",
        "kind",
        "state",
        "attempts",
        "created_at",
        "sent_at",
        "error",
    )
