"""Who leaves, who comes back, and who may work in the admin: what follows from it, and its record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from knox.models import AuthToken

from diagnosis.choices import Act
from diagnosis.models import Clinic, User
from diagnosis.services import tokens
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnosis.services.audit import Fact

_RIGHTS = ("is_staff", "is_superuser")


@transaction.atomic
def account_changed(user: User, changes: Mapping[str, list[Fact]], *, by: User) -> None:
    """Record what changed of a user's rights; nothing that somebody who left was signed in with works again."""
    if "is_active" in changes:
        act = Act.ACCOUNT_ACTIVATED if user.is_active else Act.ACCOUNT_DEACTIVATED
        _note(act, user, {"is_active": changes["is_active"]}, by=by)
        _sign_out_everywhere(user, by=by)
    rights = {name: changes[name] for name in _RIGHTS if name in changes}
    if rights:
        _note(Act.OPERATOR_CHANGED, user, rights, by=by)


def _sign_out_everywhere(user: User, *, by: User) -> None:
    """End the user's sessions and tokens, those too that a change from outside the admin left standing."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    for token in AuthToken.objects.filter(user=user):
        tokens.revoke(token, by=by)


def _note(act: Act, user: User, changes: dict[str, list[Fact]], *, by: User) -> None:
    """Record it at each clinic where the user works, so that its administrator reads it."""
    clinics: list[Clinic | None] = [*Clinic.objects.visible_to(user)]
    for clinic in clinics or [None]:
        note(act, at=timezone.now(), by=by, clinic=clinic, account=user.pk, username=user.username, changes=changes)
