"""What the API does not know is refused by its name: a mistyped field or parameter must not look as if it counted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.views import APIView

from diagnosis.errors import LengthRequired

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet
    from django.http import QueryDict
    from rest_framework.request import Request
    from rest_framework.response import Response

# However many names a request makes up, the answer names only the first.
MOST_NAMED = 5


class KnownFields(serializers.Serializer[Any]):
    """Takes the fields that can be sent, and refuses a body with any other."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated fields."""
        if isinstance(data, Mapping):
            self.refuse_unknown(data)
        return super().to_internal_value(data)

    def refuse_unknown(self, sent: Iterable[str]) -> None:
        """Refuse names that are none of the fields that can be sent."""
        known = [name for name, field in self.fields.items() if not field.read_only]
        _refuse_unknown(sent, known, what="field", code="unknown_field")


class NoFields(KnownFields):
    """For what is asked by the address alone: a reason, a model or whatever else is sent along would be lost."""


class KnownParameters(APIView):
    """Takes the parameters of its filters, order and pages, once each, and refuses an address with any other."""

    query_parameters: ClassVar[Sequence[str]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Let in who may ask, with parameters that mean something here."""
        super().initial(request, *args, **kwargs)
        if "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH"):
            # Django would take the body for an empty one.
            raise LengthRequired
        _refuse_unknown(request.query_params, self._known(), what="parameter", code="unknown_parameter")
        _refuse_repeated(request.query_params)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """Let no browser or proxy keep what may tell of a patient, unless the answer says otherwise."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def _known(self) -> list[str]:
        known = [*self.query_parameters]
        if filters := getattr(self, "filterset_class", None):
            known += filters.base_filters
        if hasattr(self, "ordering_fields"):
            known.append(KnownOrdering.ordering_param)
        if pages := getattr(self, "pagination_class", None):
            known += [pages.cursor_query_param, pages.page_size_query_param]
        return known


class KnownOrdering(OrderingFilter):
    """Orders a list by one of the view's `ordering_fields`, and refuses any other."""

    def remove_invalid_fields(
        self, queryset: QuerySet[Any], fields: Iterable[str], view: APIView, request: Request
    ) -> list[str]:
        """Return the wanted order."""
        wanted = list(fields)
        if super().remove_invalid_fields(queryset, wanted, view, request) != wanted:
            known = ", ".join(name for name, _ in self.get_valid_fields(queryset, view))
            raise ValidationError({self.ordering_param: f"The list is ordered by: {known}."}, code="invalid_choice")
        return wanted


def _refuse_unknown(sent: Iterable[str], known: Sequence[str], *, what: str, code: str) -> None:
    unknown = list(islice((name for name in sent if name not in known), MOST_NAMED))
    if unknown:
        rest = f"Known here: {', '.join(known)}." if known else f"No {what} is known here."
        raise ValidationError(
            {name: [ErrorDetail(f"There is no {what} `{name}`. {rest}", code=code)] for name in unknown}
        )


def _refuse_repeated(sent: QueryDict) -> None:
    repeated = [name for name, values in sent.lists() if len(values) > 1]
    if repeated:
        raise ValidationError(
            {
                name: [ErrorDetail(f"Send `{name}` once: only one value of it can count.", code="repeated_parameter")]
                for name in repeated
            }
        )
