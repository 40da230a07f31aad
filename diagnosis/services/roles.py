"""The audit trail of roles: whatever page of the admin gives one or takes it away."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from diagnosis.choices import Act
from diagnosis.models import Membership
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Q

    from diagnosis.models import User


@contextmanager
def on_record(of: Q, *, by: User) -> Iterator[None]:
    """Compare the memberships of which this is true before and after; a changed one is one taken and one given."""
    with transaction.atomic():
        before = _roles(of)
        yield
        after = _roles(of)
        for act, key in (
            *((Act.ROLE_TAKEN_AWAY, key) for key in before if key not in after),
            *((Act.ROLE_GIVEN, key) for key in after if key not in before),
        ):
            row = (before | after)[key]
            name = row.user.username
            note(act, at=timezone.now(), by=by, clinic=row.clinic, account=row.user_id, username=name, role=row.role)


def _roles(of: Q) -> dict[tuple[int, int, str], Membership]:
    rows = Membership.objects.filter(of).select_related("user", "clinic")
    return {(row.user_id, row.clinic_id, row.role): row for row in rows}
