"""How a person's software signs in: a password is exchanged for a token, of which only the hash is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from knox.models import AuthToken

from diagnosis.choices import Act
from diagnosis.errors import SignInFailed
from diagnosis.services import passwords
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from diagnosis.models import User


class IssuedToken(NamedTuple):
    """A token as it is shown once, and when it ends."""

    token: str
    expiry: datetime


def issue(*, username: str, password: str, request: HttpRequest | None) -> IssuedToken:
    """Exchange a username and its password for a token that ends by itself."""
    user = passwords.prove(username=username, password=password, request=request)
    if user is None:
        raise SignInFailed
    with transaction.atomic():
        row, token = AuthToken.objects.create(user=user, expiry=settings.API_TOKEN_LIFE)
        note(Act.SIGNED_IN, at=timezone.now(), by=user)
        note(Act.TOKEN_ISSUED, at=timezone.now(), by=user, account=user.pk, token=row.token_key)
    return IssuedToken(token, row.expiry)


@transaction.atomic
def revoke(token: AuthToken, *, by: User) -> None:
    """End a token now."""
    note(Act.TOKEN_REVOKED, at=timezone.now(), by=by, account=token.user_id, token=token.token_key)
    token.delete()
