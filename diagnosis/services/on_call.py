"""Who is told of a clinic's critical cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from django.db.models import Exists, OuterRef

from diagnosis.choices import Role, Unreached
from diagnosis.models import User

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from diagnosis.models import Clinic, OnCall

    class Reach(TypedDict):
        """What `with_reach` adds to a duty."""

        is_reached: bool

    DutyWithReach = WithAnnotations[OnCall, Reach]


def on_call(clinic: Clinic, *, at: datetime, rank: int | None = None) -> list[User]:
    """Return the specialists who are on duty, by rank; of one rank where it is given."""
    duties = clinic.on_call.filter(starts_at__lte=at, ends_at__gt=at, user__in=specialists(clinic))
    if rank is not None:
        duties = duties.filter(rank=rank)
    users = [duty.user for duty in duties.select_related("user").order_by("rank", "starts_at", "pk")]
    return list(dict.fromkeys(users))


def specialists(clinic: Clinic | OuterRef) -> QuerySet[User]:
    """Return everybody who may read the clinic's cases: whoever is told must be able to act."""
    return User.objects.filter(
        is_active=True, is_service_account=False, memberships__clinic=clinic, memberships__role=Role.SPECIALIST
    ).order_by("pk")


def reachable(clinic: Clinic | OuterRef) -> QuerySet[User]:
    """Return whom a notice of the clinic reaches: the rota takes nobody else."""
    return specialists(clinic).exclude(email="")


def with_reach(duties: QuerySet[OnCall]) -> QuerySet[DutyWithReach]:
    """Annotate duties with whether a notice still reaches whoever has them."""
    return duties.annotate(is_reached=Exists(reachable(OuterRef("clinic")).filter(pk=OuterRef("user"))))


def why_unreached(user: User) -> Unreached:
    """Say what keeps the user from being `reachable` at a clinic where they are not."""
    if not user.is_active:
        return Unreached.INACTIVE
    return Unreached.NO_SPECIALIST if user.email else Unreached.NO_ADDRESS
