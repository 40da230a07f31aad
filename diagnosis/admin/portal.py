from __future__ import annotations

from django.contrib import admin
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter

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

    list_display = ("id", "clinic", "by", "state", "received", "size", "touched_at")
    list_filter = ("state", ("clinic", AutocompleteSelectFilter))
    list_select_related = ("clinic", "by")
    search_fields = ("sha256", "case__accession")


@admin.register(UploadChunk)
class UploadChunkAdmin(HistoryAdmin):
    """Pieces that wait for the rest of their file."""

    list_display = ("upload", "offset")
    list_select_related = ("upload",)
    search_fields = ("upload__sha256",)
    fields = ("upload", "offset")


@admin.register(Draft)
class DraftAdmin(KeptAdmin):
    """Opinions that are being typed."""

    list_display = ("case", "by", "revision", "saved_at")
    list_select_related = ("case", "by")
    search_fields = ("case__accession", "by__username")
    readonly_fields = ("case", "by", "stage_report", "fields", "revision", "saved_at")


class AnswerOfQuestion(TabularInline):
    """The clinic's answer."""

    model = Answer
    extra = 0
    can_delete = False
    readonly_fields = ("by", "text", "answered_at")


@admin.register(Question)
class QuestionAdmin(HistoryAdmin):
    """Questions to clinics."""

    list_display = ("case", "by", "asked_at")
    list_select_related = ("case", "by")
    search_fields = ("case__accession", "by__username")
    inlines = (AnswerOfQuestion,)


@admin.register(Answer)
class AnswerAdmin(HistoryAdmin):
    """Answers of clinics."""

    list_display = ("question", "by", "answered_at")
    list_select_related = ("question__case", "by")
    search_fields = ("question__case__accession", "by__username")


@admin.register(ReadingRequest)
class ReadingRequestAdmin(HistoryAdmin):
    """Second readings and adjudications."""

    list_display = ("case", "kind", "reason", "asked_by", "asked_of", "asked_at")
    list_filter = ("kind", "reason", ("case__clinic", AutocompleteSelectFilter))
    list_select_related = ("case", "asked_by", "asked_of")
    search_fields = ("case__accession",)


@admin.register(CellMark)
class CellMarkAdmin(HistoryAdmin):
    """What readers made of single cells."""

    list_display = ("smear", "by", "kind", "marked_at")
    list_filter = ("kind",)
    list_select_related = ("smear__case", "by")
    search_fields = ("smear__case__accession", "by__username")


@admin.register(SavedView)
class SavedViewAdmin(RecordAdmin):
    """Named filters of users."""

    list_display = ("name", "user", "list", "created_at")
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    autocomplete_fields = ("user",)
