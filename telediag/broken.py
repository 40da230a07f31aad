"""How the portal answers what broke: 500, or 503 while the database does not answer, so that a browser asks again."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error

from diagnosis.api.refusals import DATABASE_BACK_AFTER


def broken(request: HttpRequest) -> HttpResponse:
    """Show the page; Django calls this while it handles what broke."""
    response = server_error(request)
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response.status_code = 503
        response["Retry-After"] = str(DATABASE_BACK_AFTER)
    return response
