from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rest_framework.reverse import reverse

if TYPE_CHECKING:
    from rest_framework.serializers import BaseSerializer


def linked(serializer: BaseSerializer[Any], name: str, **ids: object) -> str:
    """Return the absolute address of one of the API's routes."""
    return reverse(f"api:{name}", kwargs=ids, request=serializer.context.get("request"))
