from __future__ import annotations

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter

from diagnosis.admin.records import HistoryAdmin
from diagnosis.models import Review, SignedReport, StageReport, StageReportImage
from diagnosis.services import report_content


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
    list_filter = (
        "statement",
        "is_flagged",
        ("case__clinic", AutocompleteSelectFilter),
        ("composed_at", RangeDateTimeFilter),
    )
    list_select_related = ("case",)
    ordering = ("-composed_at", "-pk")
    case = "case"
    exported = (
        "id",
        "case__clinic__slug",
        "case__accession",
        "version",
        "statement",
        "is_flagged",
        "usable_images",
        "unusable_images",
        "leukocytes",
        "rule_version",
        "composed_at",
    )
    search_fields = ("=rule_version",)
    search_help_text = _("Accession or patient number, case rule or id")
    inlines = (ImagesOfStageReport,)


@admin.register(StageReportImage)
class StageReportImageAdmin(HistoryAdmin):
    """What one image contributed to a statement."""

    list_display = ("stage_report", "analysis", "is_used", "reason", "log_odds")
    list_filter = ("is_used",)
    list_select_related = ("stage_report__case", "analysis__smear__case")
    ordering = ("-pk",)
    case = "stage_report__case"
    search_fields = ("=analysis__smear__sha256",)
    search_help_text = _("Accession or patient number, SHA-256 of the image")


@admin.register(Review)
class ReviewAdmin(HistoryAdmin):
    """Specialists' opinions, signed or not."""

    list_display = ("case", "reviewer", "kind", "is_blind", "decision", "finding", "pattern_class", "reviewed_at")
    list_filter = (
        "kind",
        "is_blind",
        "decision",
        "finding",
        "pattern_class",
        ("case__clinic", AutocompleteSelectFilter),
        ("reviewed_at", RangeDateTimeFilter),
    )
    list_select_related = ("case", "reviewer")
    ordering = ("-reviewed_at", "-pk")
    case = "case"
    exported = (
        "id",
        "case__clinic__slug",
        "case__accession",
        "reviewer__username",
        "kind",
        # Above 1, the opinion is an amendment's.
        "signed_report__version",
        "is_blind",
        "decision",
        "finding",
        "pattern_class",
        "blast_percentage",
        "reviewed_at",
    )
    search_fields = ("reviewer__username", "reviewer__last_name")
    search_help_text = _("Accession or patient number, reviewer or id")


@admin.register(SignedReport)
class SignedReportAdmin(HistoryAdmin):
    """What was signed, word for word."""

    list_display = ("case", "version", "signed_by", "meaning", "signed_at", "sha256")
    list_filter = ("meaning", ("case__clinic", AutocompleteSelectFilter), ("signed_at", RangeDateTimeFilter))
    list_select_related = ("case", "signed_by")
    ordering = ("-signed_at", "-pk")
    case = "case"
    exported = (
        "id",
        "case__clinic__slug",
        "case__accession",
        "version",
        "signed_by__username",
        "meaning",
        "signed_at",
        "review__finding",
        "code",
        "sha256",
    )
    search_fields = ("signed_by__username", "signed_by__last_name", "=sha256", "=code")
    search_help_text = _("Accession or patient number, signer, code, SHA-256 or id")
    fieldsets = (
        (None, {"fields": ("report",)}),
        (_("Signature"), {"fields": (("case", "version", "meaning"), ("signed_by", "signed_at"), "amendment_reason")}),
        (_("Check"), {"fields": ("is_intact", "code", "sha256", "seal", "key_id", "review")}),
        (_("As stored"), {"fields": ("content",), "classes": ("collapse",)}),
    )
    readonly_fields = ("report", "is_intact")

    class Media:
        css = {
            "all": tuple(f"telediag/{name}.css" for name in ("tokens", "paper", "paper_evidence", "admin_paper")),
        }

    @admin.display(description=_("report"))
    def report(self, signed: SignedReport) -> str:
        """Show the report as its signer saw it."""
        return render_to_string("review/_content.html", {"content": signed.content, "signed": signed})

    @admin.display(description=_("content fits its SHA-256"), boolean=True)
    def is_intact(self, signed: SignedReport) -> bool:
        """Whether what is stored is what was signed."""
        return report_content.digest(signed.content) == signed.sha256
