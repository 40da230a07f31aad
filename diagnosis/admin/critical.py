from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter

from diagnosis.admin.records import HistoryAdmin, RecordAdmin
from diagnosis.models import Delivery, Device, Notice, NoticeEvent


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
        "by__username",
        "to__username",
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
