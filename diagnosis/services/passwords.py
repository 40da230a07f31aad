"""Is it really this person? One check of the password, for signing in by portal and API and for signing a report.

django-axes counts the wrong ones in the database, by user name and address, and closes the door for a while. Where many
addresses try one name together, the door closes to every address from which that person has not come lately: so it
cannot be guessed from everywhere at once, and nobody is locked out of where they work by somebody else's guesses.
"""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth import authenticate
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone

from diagnosis.errors import TooManyTries
from diagnosis.models import User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser


# So long an address stays known to be a person's own after they last signed in or signed from there.
KNOWN_FOR = timedelta(days=30)


def prove(*, username: str, password: str, request: HttpRequest | None) -> User | None:
    """Return the person whose user name and password these are, else None; TooManyTries while the door is closed."""
    where = _without_what_was_sent(request)
    if not AxesProxyHandler.is_allowed(where, {"username": username}) or _is_guessed_at(username, address_of(where)):
        raise TooManyTries
    user: AbstractBaseUser | None = authenticate(where, username=username, password=password)
    if isinstance(user, User):
        AxesProxyHandler.reset_attempts(username=username, ip_address=address_of(where))
        _remember(username, address_of(where))
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


def _is_guessed_at(username: str, address: str | None) -> bool:
    """Whether the name was tried too often from all addresses together, and this one is not known to be its own."""
    now = timezone.now()
    lately = AccessAttempt.objects.filter(username=username, attempt_time__gt=now - settings.AXES_COOLOFF_TIME)
    wrong = lately.aggregate(wrong=Sum("failures_since_start"))["wrong"] or 0
    if wrong < settings.SIGN_IN_TRIES_ANYWHERE:
        return False
    own = AccessLog.objects.filter(username=username, ip_address=address, attempt_time__gt=now - KNOWN_FOR)
    return address is None or not own.exists()


def _remember(username: str, address: str | None) -> None:
    """Keep one row for each name and address, of the last time that the password was right."""
    AccessLog.objects.filter(username=username, ip_address=address).delete()
    AccessLog.objects.create(username=username, ip_address=address)


def _without_what_was_sent(request: HttpRequest | None) -> HttpRequest:
    """Return a request that only says where it comes from: axes keeps what a form holds, and ours may name people."""
    bare = HttpRequest()
    if request is not None:
        bare.META = {name: request.META.get(name, "") for name in ("HTTP_X_FORWARDED_FOR", "REMOTE_ADDR")}
    return bare
