from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter

from diagnosis.admin.changes import told
from diagnosis.admin.records import HistoryAdmin
from diagnosis.models import AuditRecord


@admin.register(AuditRecord)
class AuditRecordAdmin(HistoryAdmin):
    """Who did what and when, in the product."""

    list_display = ("at", "act", "by", "clinic", "case", "detail")
    list_filter = ("act", ("at", RangeDateTimeFilter), ("clinic", AutocompleteSelectFilter))
    list_select_related = ("by", "clinic", "case")
    case = "case"
    exported = ("at", "act", "by__username", "clinic__slug", "case_id", "detail")
    search_fields = ("=by__username",)
    search_help_text = _("Accession or patient number, or a user name in full")


@admin.register(LogEntry)
class LogEntryAdmin(HistoryAdmin):
    """Who changed what in this administration."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "shown_change")
    list_filter = ("action_flag", "content_type", "action_time")
    list_select_related = ("user", "content_type")
    search_fields = ("user__username", "object_repr", "=object_id")
    fields = ("action_time", "user", "content_type", "object_repr", "object_id", "action_flag", "values")
    readonly_fields = ("values",)

    @admin.display(description=_("change"))
    def shown_change(self, entry: LogEntry) -> str:
        """Return what was changed, in words."""
        return entry.get_change_message()

    @admin.display(description=_("change"))
    def values(self, entry: LogEntry) -> str:
        """Return what was changed, with what stood there before."""
        return told(entry)
