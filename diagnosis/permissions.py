"""Which role may do what at a clinic: one table, asked by every service and shown by every way in."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from diagnosis.choices import Role
from diagnosis.errors import NotAllowed

if TYPE_CHECKING:
    from diagnosis.models import Clinic, User


class Permission(StrEnum):
    """What a role can be allowed to do."""

    READ = "read"
    SUBMIT = "submit"
    RUN_AGAIN = "run_again"
    REVIEW = "review"
    SIGN = "sign"
    READ_AUDIT = "read_audit"
    READ_FIGURES = "read_figures"
    RUN_SHADOW = "run_shadow"


ALLOWED: dict[str, frozenset[Permission]] = {
    Role.SUBMITTER: frozenset({Permission.READ, Permission.SUBMIT}),
    Role.SPECIALIST: frozenset(
        {
            Permission.READ,
            Permission.SUBMIT,
            Permission.RUN_AGAIN,
            Permission.REVIEW,
            Permission.SIGN,
            Permission.READ_FIGURES,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Permission.READ,
            Permission.RUN_AGAIN,
            Permission.READ_AUDIT,
            Permission.READ_FIGURES,
            Permission.RUN_SHADOW,
        }
    ),
}

# A service account speaks for clinic software; a signature needs a person.
NEVER_FOR_SERVICE_ACCOUNTS = frozenset({Permission.REVIEW, Permission.SIGN})


def may(user: User, permission: Permission, clinic: Clinic) -> bool:
    """Whether one of the user's roles at the clinic includes the permission."""
    if not user.is_active or (user.is_service_account and permission in NEVER_FOR_SERVICE_ACCOUNTS):
        return False
    roles = [role for role, allowed in ALLOWED.items() if permission in allowed]
    return user.memberships.filter(clinic=clinic, role__in=roles).exists()


def require(user: User, permission: Permission, clinic: Clinic) -> None:
    """Raise NotAllowed unless the user may do this at the clinic."""
    if not may(user, permission, clinic):
        raise NotAllowed


def clinics_where(user: User, permission: Permission) -> list[Clinic]:
    """Return the clinics at which the user has the permission, by name."""
    from diagnosis.models import Clinic

    roles = [role for role, allowed in ALLOWED.items() if permission in allowed]
    if user.is_service_account and permission in NEVER_FOR_SERVICE_ACCOUNTS:
        return []
    return list(Clinic.objects.filter(memberships__user=user, memberships__role__in=roles).distinct())
