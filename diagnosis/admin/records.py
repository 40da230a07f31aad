"""How every list in the admin behaves: quick with a million rows, and history stays as it is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator

from diagnosis.admin.changes import RememberingAdmin
from diagnosis.admin.exports import ExportedAdmin
from diagnosis.models import Case
from diagnosis.selectors.search import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import Promise


# A search that fits more rows of another table than these is too wide to be about one of them.
_MOST = 500


class RecordAdmin(RememberingAdmin, ExportedAdmin):
    """Rows that a search also finds by their id, since logs name nothing else, and by their case or patient.

    `case` is where a row's case is found: its accession and patient numbers are looked up first, by their own indexes,
    since a search through joined tables would read all of a long one. `refusal` says what to do instead of what these
    rows are not open to.
    """

    case = ""
    refusal: Promise = _("Your rights in the administration do not include this. Ask an operator who may give them.")
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True

    def get_search_results(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's interface
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        """Look an id up by itself, then accession and patient numbers; anything else in the search fields."""
        identifier = _uuid(search_term)
        if identifier and isinstance(self.opts.pk, models.UUIDField):
            return queryset.filter(pk=identifier), False
        if self.case and (found_cases := _cases(search_term.strip())):
            return queryset.filter((f"{self.case}__in", found_cases)), False
        return queryset.filter(self._in_fields(search_term.strip())) if search_term.strip() else queryset, False

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show a row's form, or say why there is none."""
        with self._refusing_in_words():
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask before a row is deleted, or say why it stays."""
        with self._refusing_in_words():
            return super().delete_view(request, *args, **kwargs)

    @contextmanager
    def _refusing_in_words(self) -> Iterator[None]:
        try:
            yield
        except PermissionDenied as refused:
            raise (refused if refused.args else PermissionDenied(self.refusal)) from None

    def _in_fields(self, term: str) -> Q:
        """Say that a search field holds the term; rows of other tables are looked up first, each by its own index."""
        holds = Q(pk__in=[])
        for name in self.search_fields:
            path, _, field = name.removeprefix("=").rpartition("__")
            # Codes, hashes and user names are whole, in small letters or large.
            said = (
                Q((f"{field}__in", {term, term.lower(), term.upper()}))
                if name[0] == "="
                else Q((f"{field}__icontains", term))
            )
            if not path:
                holds |= said
                continue
            other = cast("type[Model]", get_fields_from_path(self.model, path)[-1].related_model)
            rows = list(other._default_manager.filter(said).order_by().values_list("pk", flat=True)[:_MOST])  # noqa: SLF001 - of any model
            holds |= Q((f"{path}__in", rows))
        return holds


class KeptAdmin(RecordAdmin):
    """Rows that come in through the product's own ways and are never deleted; some of their facts may be corrected.

    There may be millions, so no page counts them.
    """

    paginator = InfinitePaginator
    refusal = _("What is kept here comes in by the product's own ways: it is not added, deleted or rewritten by hand.")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Offer to choose from this page only: how many more rows there are, nobody has counted."""
        answer: HttpResponse = super().changelist_view(request, extra_context)
        listed = (getattr(answer, "context_data", None) or {}).get("cl")
        if listed:
            listed.result_count = len(listed.result_list)
        return answer

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any) -> Paginator[Any]:
        """Count the history of one row, which is short."""
        if queryset.model is not self.model:
            return Paginator(queryset, *args, **kwargs)
        return cast("Paginator[Any]", super().get_paginator(request, queryset, *args, **kwargs))

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


def _cases(term: str) -> list[UUID]:
    """Return the cases whose accession or patient number holds the term."""
    if not term:
        return []
    return list(found(Case.objects.order_by(), term).values_list("pk", flat=True)[:_MOST])


def _uuid(term: str) -> UUID | None:
    try:
        return UUID(term.strip())
    except ValueError:
        return None
