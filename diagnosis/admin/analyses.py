from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter
from unfold.decorators import display

from diagnosis.admin.records import HistoryAdmin
from diagnosis.choices import AnalysisStatus
from diagnosis.models import Analysis, Cell


@admin.register(Analysis)
class AnalysisAdmin(HistoryAdmin):
    """Runs of the engine: what they said, how long they took, and why they failed."""

    list_display = (
        "smear",
        "labelled_status",
        "outcome",
        "predicted_class",
        "suspicion",
        "leukocytes",
        "attempts",
        "queued_at",
        "finished_at",
    )
    list_filter = (
        "status",
        "outcome",
        "predicted_class",
        "blast_suspect",
        "priority",
        ("queued_at", RangeDateTimeFilter),
        ("smear__case__clinic", AutocompleteSelectFilter),
    )
    list_select_related = ("smear__case",)
    case = "smear__case"
    exported = (
        "id",
        "smear__case__clinic__slug",
        "smear__case__accession",
        "smear__number",
        "status",
        "outcome",
        "predicted_class",
        "blast_suspect",
        "log_odds",
        "leukocytes",
        "queued_at",
        "finished_at",
        "failure_code",
        "pins__model_sha256",
    )
    search_fields = ("=smear__sha256", "=claimed_by", "=failure_code")
    search_help_text = _("Accession or patient number, SHA-256 of the image, worker, failure or id")
    fieldsets = (
        (None, {"fields": ("smear", "status", "priority", "requested_by")}),
        (_("Result"), {"fields": ("outcome", "predicted_class", "blast_suspect", "prediction_set", "leukocytes")}),
        (
            _("Measures"),
            {"fields": ("probabilities", "raw_probabilities", "log_odds", "quality", "novelty", "refusal")},
        ),
        (_("Explanation"), {"fields": ("activation_inside", "activation_map", "warnings")}),
        (
            _("Course"),
            {"fields": ("queued_at", "rung_at", "started_at", "finished_at", "attempts", "claimed_by", "lease_until")},
        ),
        (_("Failure"), {"fields": ("failure_code", "failure_sentence")}),
        (_("Pins and timings"), {"fields": ("pins", "timings_ms")}),
    )
    label_of: ClassVar = {
        AnalysisStatus.SUCCEEDED: "success",
        AnalysisStatus.FAILED: "danger",
        AnalysisStatus.RUNNING: "info",
        AnalysisStatus.QUEUED: "warning",
        AnalysisStatus.CANCELLED: "default",
    }

    @display(description=_("status"), ordering="status", label=label_of)
    def labelled_status(self, analysis: Analysis) -> tuple[str, str]:
        """Return the status, and what it is called."""
        return analysis.status, analysis.get_status_display()

    @display(description=_("blast-suspect"), ordering="blast_suspect", label={"suspect": "danger"})
    def suspicion(self, analysis: Analysis) -> tuple[str, str] | None:
        """Say so of blast-suspect images only."""
        return ("suspect", str(_("blast-suspect"))) if analysis.blast_suspect else None


@admin.register(Cell)
class CellAdmin(HistoryAdmin):
    """Cells: the longest table."""

    list_display = ("pk", "analysis", "number", "area", "nucleus_to_cell", "circularity", "contribution")
    list_select_related = ("analysis__smear__case",)
    ordering = ("-pk",)
    case = "analysis__smear__case"
    search_fields = ("=analysis__smear__sha256",)
    search_help_text = _("Accession or patient number, SHA-256 of the image")
    fields = (
        "analysis",
        "number",
        ("x", "y", "width", "height"),
        ("area", "nucleus_area", "perimeter"),
        ("circularity", "solidity", "nucleus_to_cell"),
        ("mean_colour", "chromatin_contrast"),
        "contribution",
        "contour",
        "nucleus_contour",
    )
