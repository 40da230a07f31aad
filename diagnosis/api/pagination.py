from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.exceptions import ValidationError as Refused
from rest_framework.pagination import CursorPagination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Pages(CursorPagination):
    """Pages by cursor: what is added meanwhile neither repeats nor hides a row."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    page_size_query_description = "Rows per page, 1 to 200."
    cursor_query_description = "Follow `next` and `previous` instead of making this up."
    invalid_cursor_message = "The cursor is not one of ours. Start again without it, then follow `next`."

    def paginate_queryset(
        self, queryset: QuerySet[Any] | Sequence[Any], request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """Return the page; a made-up cursor is refused before it reaches the database's types."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValidationError, ValueError) as error:
            raise NotFound(self.invalid_cursor_message) from error

    def get_page_size(self, request: Request) -> int:
        """Return how many rows are wanted; a size that no page has is refused, not put right."""
        wanted = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not re.fullmatch("[0-9]{1,3}", wanted) or not 1 <= int(wanted) <= self.max_page_size:
            sentence = f"A page has 1 to {self.max_page_size} rows. Leave it out for {self.page_size}."
            raise Refused({self.page_size_query_param: sentence}, code="invalid")
        return int(wanted)
