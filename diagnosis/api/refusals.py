"""One shape for every error of the API: each kind of refusal has its status, each class its stable code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import Http404
from drf_standardized_errors.handler import exception_handler
from rest_framework import status
from rest_framework.exceptions import APIException

from diagnosis import errors

if TYPE_CHECKING:
    from drf_standardized_errors.types import ExceptionHandlerContext
    from rest_framework.response import Response

# Seconds after which asking again makes sense while the engine works.
ASK_AGAIN_AFTER = 2

# The same while the database does not answer.
DATABASE_BACK_AFTER = 10

OUR_FAULT = (
    "Something broke on our side, and it is logged. Send the request again in a minute: "
    "an image, a patient number or an accession number that was stored already is recognised."
)

# The nearest class in an error's line of descent decides.
STATUSES: dict[type[Exception], int] = {
    errors.SignInFailed: status.HTTP_401_UNAUTHORIZED,
    errors.NotAllowed: status.HTTP_403_FORBIDDEN,
    errors.NotFound: status.HTTP_404_NOT_FOUND,
    errors.Conflict: status.HTTP_409_CONFLICT,
    errors.Invalid: status.HTTP_400_BAD_REQUEST,
    errors.UnknownProtocol: status.HTTP_412_PRECONDITION_FAILED,
    errors.TooManyTries: status.HTTP_429_TOO_MANY_REQUESTS,
    errors.TooManyUploads: status.HTTP_429_TOO_MANY_REQUESTS,
    errors.LengthRequired: status.HTTP_411_LENGTH_REQUIRED,
    errors.RequestTooLarge: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    errors.ImageRefused: status.HTTP_422_UNPROCESSABLE_ENTITY,
    errors.FileTooLarge: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    errors.NotAnImage: status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    errors.Unavailable: status.HTTP_503_SERVICE_UNAVAILABLE,
    errors.DiagnosisError: status.HTTP_400_BAD_REQUEST,
}


class Refusal(APIException):
    """A refusal of the product, in the API's terms."""

    def __init__(self, error: errors.DiagnosisError) -> None:
        super().__init__({error.field: error.sentence} if error.field else error.sentence, error.code)
        self.status_code = status_of(type(error))
        if isinstance(error, errors.StageReportNotReady):
            self.wait = ASK_AGAIN_AFTER
        if isinstance(error, errors.Unavailable):
            self.wait = DATABASE_BACK_AFTER
        if isinstance(error, errors.TooManyTries):
            self.wait = int(settings.AXES_COOLOFF_TIME.total_seconds())
        if isinstance(error, errors.SignInFailed):
            self.auth_header = "Token"


def status_of(error: type[errors.DiagnosisError]) -> int:
    """Return the status of a kind of refusal."""
    return next(STATUSES[kind] for kind in error.__mro__ if kind in STATUSES)


def refuse(exc: Exception, context: ExceptionHandlerContext) -> Response | None:
    """Answer an exception; this is DRF's exception handler."""
    response = exception_handler(_in_api_terms(exc), context)
    if response is not None and response.status_code == status.HTTP_500_INTERNAL_SERVER_ERROR:
        response.data["errors"][0]["detail"] = OUR_FAULT
    return response


def _in_api_terms(exc: Exception) -> Exception:
    if isinstance(exc, Http404):
        exc = errors.NotFound()
    elif isinstance(exc, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        exc = errors.RequestTooLarge()
    elif isinstance(exc, OperationalError | InterfaceError):
        unavailable = errors.Unavailable()
        # The log says why.
        unavailable.__cause__ = exc
        exc = unavailable
    elif isinstance(exc, SuspiciousOperation):
        exc = errors.Invalid()
    if not isinstance(exc, errors.DiagnosisError):
        return exc
    refusal = Refusal(exc)
    refusal.__cause__ = exc.__cause__
    return refusal
