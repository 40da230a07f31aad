from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateTimeFilter

from diagnosis.admin.records import HistoryAdmin
from diagnosis.admin.run_again import run_again
from diagnosis.kept import kept
from diagnosis.models import Smear, StoredFile
from diagnosis.services import pictures

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest
    from django.template.response import TemplateResponse
    from django.urls import URLPattern

    from diagnosis.models import User


@admin.register(Smear)
class SmearAdmin(HistoryAdmin):
    """Smears, each with its picture."""

    list_display = (
        "picture",
        "case",
        "number",
        "original_name",
        "pixels",
        "size",
        "uploaded_by",
        "uploaded_at",
    )
    list_display_links = ("case", "number")
    list_filter = ("media_type", ("uploaded_at", RangeDateTimeFilter), ("case__clinic", AutocompleteSelectFilter))
    list_select_related = ("case", "uploaded_by")
    list_per_page = 25
    ordering = ("-uploaded_at", "-pk")
    search_fields = ("=sha256", "=upload_sha256", "=original_name")
    search_help_text = _("Accession or patient number, file name, SHA-256 or id")
    case = "case"
    exported = (
        "id",
        "case_id",
        "case__accession",
        "number",
        "media_type",
        "width",
        "height",
        "size",
        "sha256",
        "uploaded_at",
    )
    actions = ("run_analyses_again",)
    fields = (
        "large_picture",
        "case",
        "number",
        "media_type",
        ("width", "height", "size"),
        "sha256",
        "upload_sha256",
        "original_name",
        "uploaded_by",
        "uploaded_at",
    )
    readonly_fields = ("large_picture",)

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the thumbnails."""
        view = self.admin_site.admin_view(self.send_thumbnail, cacheable=True)
        own = path("<uuid:smear_id>/thumbnail/", view, name="diagnosis_smear_thumbnail")
        return [own, *super().get_urls()]

    def send_thumbnail(self, request: HttpRequest, smear_id: UUID) -> HttpResponse:
        """Send a smear's image, small, to those who may see smears here."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        smear = get_object_or_404(Smear, pk=smear_id, case__images_deleted_at=None)

        def draw() -> HttpResponse:
            return HttpResponse(pictures.thumbnail(smear), content_type="image/jpeg")

        return kept(request, f"{smear.sha256}-thumbnail", draw)

    @admin.display(description=_("pixels"))
    def pixels(self, smear: Smear) -> str:
        """Return width and height."""
        return f"{smear.width} by {smear.height}"

    @admin.display(description=_("picture"))
    def picture(self, smear: Smear) -> str:
        """Return the thumbnail for the list."""
        return _picture(smear, height=48)

    @admin.display(description=_("picture"))
    def large_picture(self, smear: Smear) -> str:
        """Return the thumbnail for the smear's own page."""
        return _picture(smear, height=240)

    @admin.action(description=_("Run analyses again"), permissions=["view"])
    def run_analyses_again(self, request: HttpRequest, smears: QuerySet[Smear]) -> TemplateResponse | None:
        """Queue a new analysis of each smear."""
        return run_again(self, request, smears, cast("User", request.user))


@admin.register(StoredFile)
class StoredFileAdmin(HistoryAdmin):
    """What is stored in the database by name and size; the bytes themselves stay there."""

    list_display = ("name", "size", "stored_at")
    list_filter = ("stored_at",)
    ordering = ("-stored_at",)
    search_fields = ("name",)
    fields = ("name", "size", "stored_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the bytes where they are."""
        return cast("QuerySet[Any]", super().get_queryset(request).defer("content"))


def _picture(smear: Smear, *, height: int) -> str:
    return format_html(
        '<img src="{}" alt="{} {}" loading="lazy" style="height: {}px; border-radius: 4px">',
        reverse("admin:diagnosis_smear_thumbnail", args=[smear.pk]),
        _("Smear"),
        smear.number,
        height,
    )
