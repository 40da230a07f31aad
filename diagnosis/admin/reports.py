from __future__ import annotations

from django.contrib import admin
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from diagnosis.admin.records import HistoryAdmin
from diagnosis.models import Review, SignedReport, StageReport, StageReportImage


class ImagesOfStageReport(TabularInline):
    """What each image contributed."""

    model = StageReportImage
    extra = 0
    can_delete = False
    fields = ("analysis", "is_used", "reason", "log_odds")
    readonly_fields = fields
    show_change_link = True


@admin.register(StageReport)
class StageReportAdmin(HistoryAdmin):
    """The machine's statements on cases."""

    list_display = ("case", "version", "statement", "pattern_class", "usable_images", "leukocytes", "composed_at")
    list_filter = ("statement", "is_flagged", ("case__clinic", AutocompleteSelectFilter))
    list_select_related = ("case",)
    date_hierarchy = "composed_at"
    ordering = ("-composed_at", "-pk")
    search_fields = ("case__accession",)
    search_help_text = "Accession number or id"
    inlines = (ImagesOfStageReport,)


@admin.register(StageReportImage)
class StageReportImageAdmin(HistoryAdmin):
    """What one image contributed to a statement."""

    list_display = ("stage_report", "analysis", "is_used", "reason", "log_odds")
    list_filter = ("is_used",)
    list_select_related = ("stage_report__case", "analysis__smear__case")
    ordering = ("-pk",)
    search_fields = ("stage_report__case__accession",)
    search_help_text = "Accession number"


@admin.register(Review)
class ReviewAdmin(HistoryAdmin):
    """Specialists' opinions, signed or not."""

    list_display = ("case", "reviewer", "decision", "finding", "pattern_class", "reviewed_at")
    list_filter = ("decision", "finding", "pattern_class", ("case__clinic", AutocompleteSelectFilter))
    list_select_related = ("case", "reviewer")
    date_hierarchy = "reviewed_at"
    ordering = ("-reviewed_at", "-pk")
    search_fields = ("case__accession", "reviewer__username", "reviewer__last_name")
    search_help_text = "Accession number, reviewer or id"


@admin.register(SignedReport)
class SignedReportAdmin(HistoryAdmin):
    """What was signed, word for word."""

    list_display = ("case", "version", "signed_by", "meaning", "signed_at", "sha256")
    list_filter = ("meaning", ("case__clinic", AutocompleteSelectFilter))
    list_select_related = ("case", "signed_by")
    date_hierarchy = "signed_at"
    ordering = ("-signed_at", "-pk")
    search_fields = ("case__accession", "signed_by__username", "signed_by__last_name", "sha256")
    search_help_text = "Accession number, signer, SHA-256 or id"
