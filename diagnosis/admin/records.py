"""How every list in the admin behaves: quick with a million rows, and history stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from unfold.admin import ModelAdmin

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest


class RecordAdmin(ModelAdmin):
    """Rows that a search also finds by their id, since logs name nothing else."""

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Look an id up by itself; anything else in the search fields."""
        identifier = _uuid(search_term)
        if identifier and isinstance(self.opts.pk, models.UUIDField):
            return queryset.filter(pk=identifier), False
        found: tuple[QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)
        return found


class KeptAdmin(RecordAdmin):
    """Rows that come in through the product's own ways and are never deleted; some of their facts may be corrected."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's interface
        """Refuse: services make these rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's interface
        """Refuse, to superusers too."""
        return False


class HistoryAdmin(KeptAdmin):
    """Rows that are written once; the database refuses to change them, and the admin does not offer to."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django's interface
        """Refuse, to superusers too."""
        return False


def _uuid(term: str) -> UUID | None:
    try:
        return UUID(term.strip())
    except ValueError:
        return None
