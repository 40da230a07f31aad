"""What a browser keeps for a day of things that never change; whoever looks next at the same one asks anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

KEEP = "private, max-age=86400, immutable"


def kept(request: HttpRequest, version: str, draw: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer 304 to a browser that has this version, else draw it."""
    etag = quote_etag(version)
    response = get_conditional_response(request, etag=etag) or draw()
    response["ETag"] = etag
    response["Cache-Control"] = KEEP
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response
