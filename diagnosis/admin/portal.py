from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import display

from diagnosis.admin.records import HistoryAdmin, KeptAdmin, RecordAdmin
from diagnosis.models import (
    Answer,
    CellMark,
    Draft,
    Question,
    ReadingRequest,
    SavedView,
    Upload,
    UploadChunk,
)


@admin.register(Upload)
class UploadAdmin(HistoryAdmin):
    """Files that are sent in pieces."""

    list_display = ("begun_at", "clinic", "by", "state", "refusal_code", "arrived", "size", "touched_at")
    list_filter = ("state", ("clinic", AutocompleteSelectFilter), ("begun_at", RangeDateTimeFilter))
    list_select_related = ("clinic", "by")
    case = "case"
    search_fields = ("=sha256", "=by__username")
    search_help_text = _("Accession or patient number, SHA-256, user name or id")

    @display(description=_("arrived"))
    def arrived(self, upload: Upload) -> str:
        """Return which part of the file has arrived."""
        return f"{100 * upload.received // upload.size} %" if upload.size else ""


@admin.register(UploadChunk)
class UploadChunkAdmin(HistoryAdmin):
    """Pieces that wait for the rest of their file."""

    list_display = ("upload", "offset")
    list_select_related = ("upload",)
    search_fields = ("=upload__sha256",)
    search_help_text = _("SHA-256 of the file")
    fields = ("upload", "offset")


@admin.register(Draft)
class DraftAdmin(KeptAdmin):
    """Opinions that are being typed."""

    list_display = ("case", "by", "revision", "saved_at")
    list_select_related = ("case", "by")
    case = "case"
    search_fields = ("=by__username",)
    search_help_text = _("Accession or patient number, user name or id")
    readonly_fields = ("case", "by", "stage_report", "fields", "revision", "page", "sending", "saved_at")


class AnswerOfQuestion(TabularInline):
    """The clinic's answers."""

    model = Answer
    extra = 0
    can_delete = False
    readonly_fields = ("by", "text", "answered_at")


@admin.register(Question)
class QuestionAdmin(HistoryAdmin):
    """Questions to clinics."""

    list_display = ("case", "by", "asked_at")
    list_filter = (
        ("answers", admin.EmptyFieldListFilter),
        ("case__clinic", AutocompleteSelectFilter),
        ("asked_at", RangeDateTimeFilter),
    )
    list_select_related = ("case", "by")
    case = "case"
    search_fields = ("=by__username",)
    search_help_text = _("Accession or patient number, user name or id")
    inlines = (AnswerOfQuestion,)


@admin.register(Answer)
class AnswerAdmin(HistoryAdmin):
    """Answers of clinics."""

    list_display = ("question", "by", "answered_at")
    list_select_related = ("question__case", "by")
    case = "question__case"
    search_fields = ("=by__username",)
    search_help_text = _("Accession or patient number, user name or id")


@admin.register(ReadingRequest)
class ReadingRequestAdmin(HistoryAdmin):
    """Second readings and adjudications."""

    list_display = ("case", "kind", "reason", "asked_by", "asked_of", "asked_at")
    list_filter = ("kind", "reason", ("case__clinic", AutocompleteSelectFilter))
    list_select_related = ("case", "asked_by", "asked_of")
    case = "case"
    search_fields = ("=asked_by__username", "=asked_of__username")
    search_help_text = _("Accession or patient number, user name or id")
    exported = ("id", "case__clinic__slug", "case__accession", "kind", "reason", "asked_at")


@admin.register(CellMark)
class CellMarkAdmin(HistoryAdmin):
    """What readers made of single cells."""

    list_display = ("smear", "by", "kind", "marked_at")
    list_filter = ("kind",)
    list_select_related = ("smear__case", "by")
    case = "smear__case"
    search_fields = ("=by__username",)
    search_help_text = _("Accession or patient number, user name or id")


@admin.register(SavedView)
class SavedViewAdmin(RecordAdmin):
    """Named filters of users."""

    list_display = ("name", "user", "list", "query", "created_at")
    list_filter = ("list",)
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    autocomplete_fields = ("user",)
