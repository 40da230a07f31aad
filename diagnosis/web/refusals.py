"""How the portal answers a refusal: as a sentence, with the status that its kind has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import JsonResponse
from django.shortcuts import render

from diagnosis.errors import (
    Conflict,
    DiagnosisError,
    ImageRefused,
    Invalid,
    LengthRequired,
    NotAllowed,
    NotFound,
    TooManyUploads,
    UnknownProtocol,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

_STATUS = {
    NotFound: 404,
    NotAllowed: 403,
    Conflict: 409,
    Invalid: 400,
    LengthRequired: 411,
    UnknownProtocol: 412,
    ImageRefused: 422,
    TooManyUploads: 429,
}


def status_of(error: DiagnosisError) -> int:
    """Return the HTTP status of a refusal's kind."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)


def as_json(error: DiagnosisError) -> JsonResponse:
    """Answer a script's request with the refusal."""
    return JsonResponse({"code": error.code, "sentence": error.sentence}, status=status_of(error))


class RefusalMiddleware:
    """Turn a refusal that no view answered into a page with its sentence; whatever calls from a script gets JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a refusal; everything else goes its usual way."""
        if not isinstance(error, DiagnosisError):
            return None
        if getattr(request, "htmx", False) or not request.accepts("text/html"):
            return as_json(error)
        return render(request, "refused.html", {"sentence": error.sentence}, status=status_of(error))
