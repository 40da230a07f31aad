"""Lists as CSV, as they are filtered and searched: people by their user names, and each export is on record."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.core.exceptions import PermissionDenied
from django.urls import path
from django.utils import timezone
from unfold.admin import ModelAdmin

from diagnosis.choices import Act
from diagnosis.csv_files import csv_file
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from django.http import HttpRequest, StreamingHttpResponse
    from django.urls import URLPattern

    from diagnosis.models import User

_AT_ONCE = 1000


class ExportedAdmin(ModelAdmin):
    """A list that can be taken as CSV; `exported` says which fields, and none means that it cannot."""

    exported: tuple[str, ...] = ()
    list_after_template = "admin/export.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the CSV."""
        usual: list[URLPattern] = super().get_urls()
        if not self.exported:
            return usual
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        return [path("csv/", self.admin_site.admin_view(self.send_csv), name=name), *usual]

    def send_csv(self, request: HttpRequest) -> StreamingHttpResponse:
        """Stream the rows of the list as it is filtered and searched."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_changelist_instance(request).get_queryset(request)
        note(Act.EXPORTED, at=timezone.now(), by=cast("User", request.user), list=str(self.opts.model_name))
        values = rows.values_list(*self.exported).iterator(chunk_size=_AT_ONCE)
        return csv_file(f"{self.opts.model_name}.csv", self.exported, values)
