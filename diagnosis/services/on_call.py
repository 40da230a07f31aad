"""Who is told of a clinic's critical cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnosis.choices import Role
from diagnosis.models import User

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import Clinic


def on_call(clinic: Clinic, *, at: datetime, rank: int | None = None) -> list[User]:
    """Return the specialists who are on duty, by rank; of one rank where it is given."""
    duties = clinic.on_call.filter(starts_at__lte=at, ends_at__gt=at, user__in=specialists(clinic))
    if rank is not None:
        duties = duties.filter(rank=rank)
    users = [duty.user for duty in duties.select_related("user").order_by("rank", "starts_at", "pk")]
    return list(dict.fromkeys(users))


def specialists(clinic: Clinic) -> QuerySet[User]:
    """Return everybody who may read the clinic's cases: whoever is told must be able to act."""
    return User.objects.filter(
        is_active=True, is_service_account=False, memberships__clinic=clinic, memberships__role=Role.SPECIALIST
    ).order_by("pk")
