"""Is it really this person? One check of the password, for signing in by portal and API and for signing a report.

django-axes counts the wrong ones in the database, by user name and address, and closes the door for a while.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest

from diagnosis.errors import TooManyTries
from diagnosis.models import User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


def prove(*, username: str, password: str, request: HttpRequest | None) -> User | None:
    """Return the person whose user name and password these are, else None; TooManyTries while the door is closed."""
    where = _without_what_was_sent(request)
    if not AxesProxyHandler.is_allowed(where, {"username": username}):
        raise TooManyTries
    user: AbstractBaseUser | None = authenticate(where, username=username, password=password)
    if isinstance(user, User):
        AxesProxyHandler.reset_attempts(username=username, ip_address=address_of(where))
        return user
    if not AxesProxyHandler.is_allowed(where, {"username": username}):
        raise TooManyTries
    return None


def address_of(request: HttpRequest) -> str | None:
    """Return the address that a request came from: the proxy's word where there is one, else nobody's."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        said = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", maxsplit=1)[-1] or said
    try:
        return str(ip_address(said.strip()))
    except ValueError:
        return None


def _without_what_was_sent(request: HttpRequest | None) -> HttpRequest:
    """Return a request that only says where it comes from: axes keeps what a form holds, and ours may name people."""
    bare = HttpRequest()
    if request is not None:
        bare.META = {name: request.META.get(name, "") for name in ("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR")}
    return bare
