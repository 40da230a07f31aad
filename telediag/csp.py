"""The one exception to the content security policy of settings.py."""

from collections.abc import Callable

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

# The admin's theme runs on Alpine.js, which compiles the expressions in its templates.
ADMIN = {"script-src": ["'self'", "'unsafe-eval'"]}


class AdminPolicyMiddleware:
    """Relax the policy under /admin/ and nowhere else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._strict = get_response
        self._relaxed = csp_update(ADMIN)(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Mark the admin's responses for the policy's own middleware, which stands before this one."""
        is_admin = request.path.startswith(reverse("admin:index"))
        return self._relaxed(request) if is_admin else self._strict(request)
