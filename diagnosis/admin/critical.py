from __future__ import annotations

from django.contrib import admin
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from diagnosis.admin.records import HistoryAdmin, RecordAdmin
from diagnosis.models import Delivery, Device, Notice, NoticeEvent, OnCall


@admin.register(Device)
class DeviceAdmin(RecordAdmin):
    """Microscopes with their cameras, and the size of a pixel."""

    list_display = ("name", "clinic", "micrometres_per_pixel", "is_active")
    list_filter = ("is_active", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("clinic",)
    search_fields = ("name", "clinic__name")
    autocomplete_fields = ("clinic",)
    readonly_fields = ("created_at",)


@admin.register(OnCall)
class OnCallAdmin(RecordAdmin):
    """Who is told of critical cases, and when."""

    list_display = ("clinic", "user", "rank", "starts_at", "ends_at")
    list_filter = ("rank", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("clinic", "user")
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
    list_filter = (("case__clinic", AutocompleteSelectFilter),)
    list_select_related = ("case",)
    search_fields = ("case__accession",)
    inlines = (EventsOfNotice,)


@admin.register(NoticeEvent)
class NoticeEventAdmin(HistoryAdmin):
    """Steps of critical notices."""

    list_display = ("notice", "kind", "at", "by", "to")
    list_filter = ("kind",)
    list_select_related = ("notice__case", "by", "to")
    search_fields = ("notice__case__accession",)


@admin.register(Delivery)
class DeliveryAdmin(HistoryAdmin):
    """E-mails, sent or waiting."""

    list_display = ("case", "kind", "to", "state", "attempts", "next_at", "sent_at")
    list_filter = ("state", "kind")
    list_select_related = ("case", "to")
    search_fields = ("case__accession", "to__username")
