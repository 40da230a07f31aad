"""Who has a case: one reader at a time holds it, so that no two read the same one without knowing."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from diagnosis import selectors
from diagnosis.choices import Act, CaseStatus
from diagnosis.errors import HeldByAnother
from diagnosis.models import Case
from diagnosis.permissions import Permission, require
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import User

# Renewed while the case is open on the holder's screen; a closed browser gives the case back after this long.
HELD_FOR = timedelta(minutes=30)


def hold(*, case: Case, by: User, at: datetime | None = None) -> bool:
    """Take an open case that nobody else holds, or go on holding it; whether `by` holds it now.

    A case that is for others to read, such as one's own, is never taken.
    """
    at = at or timezone.now()
    require(by, Permission.REVIEW, case.clinic)
    with transaction.atomic():
        if renew(case=case, by=by, at=at):
            return True
        if not selectors.is_theirs(case, by):
            return False
        free = Q(held_by=None) | Q(held_until__lte=at)
        return _taken(Case.objects.filter(free, pk=case.pk), case=case, by=by, at=at)


def renew(*, case: Case, by: User, at: datetime | None = None) -> bool:
    """Hold the case for another while; False when `by` does not hold it any more."""
    at = at or timezone.now()
    mine = Case.objects.filter(pk=case.pk, status=CaseStatus.OPEN, held_by=by, held_until__gt=at)
    return bool(mine.update(held_until=at + HELD_FOR))


def take_over(*, case: Case, by: User, at: datetime | None = None) -> bool:
    """Take an open case from whoever holds it or was asked for it by name; the page has asked first.

    False when it is closed or may not be theirs to read.
    """
    at = at or timezone.now()
    require(by, Permission.REVIEW, case.clinic)
    with transaction.atomic():
        if renew(case=case, by=by, at=at):
            return True
        if not selectors.may_take_over(case, by):
            return False
        holder = Case.objects.select_for_update().get(pk=case.pk)
        was_with = holder.held_by_id if is_held(holder, at=at) else None
        return _taken(Case.objects.filter(pk=case.pk), case=case, by=by, at=at, taken_from=was_with)


def release(*, case: Case, by: User, at: datetime | None = None) -> bool:
    """Give the case back to the worklist; False when `by` did not hold it."""
    at = at or timezone.now()
    with transaction.atomic():
        mine = Case.objects.filter(pk=case.pk, held_by=by)
        released = bool(mine.update(held_by=None, held_at=None, held_until=None))
        if released:
            note(Act.CASE_RELEASED, at=at, by=by, case=case)
    return released


def is_held(case: Case, *, at: datetime) -> bool:
    """Whether somebody holds the case now; `selectors.with_state` says the same of many."""
    return case.status == CaseStatus.OPEN and case.held_until is not None and case.held_until > at


def require_not_held_by_another(*, case: Case, by: User, at: datetime | None = None) -> None:
    """Raise HeldByAnother, with who and since when; asked under the case's lock before anything is decided."""
    if said := held_elsewhere(case=case, by=by, at=at):
        raise HeldByAnother(said)


def held_elsewhere(*, case: Case, by: User, at: datetime | None = None) -> str:
    """Say who else holds the case, and since when; empty when nobody does."""
    at = at or timezone.now()
    if not is_held(case, at=at) or case.held_by is None or case.held_by == by or case.held_at is None:
        return ""
    since = time_format(case.held_at.astimezone(ZoneInfo(case.clinic.time_zone)), "H:i")
    return _("%(name)s has had this case since %(time)s. Take it over first, then go on.") % {
        "name": case.held_by.signature_name,
        "time": since,
    }


def _taken(rows: QuerySet[Case], *, case: Case, by: User, at: datetime, taken_from: int | None = None) -> bool:
    """Take what is left of the rows; the condition and the change are one statement, so two cannot both take."""
    taken = rows.filter(status=CaseStatus.OPEN).update(held_by=by, held_at=at, held_until=at + HELD_FOR)
    if taken:
        note(Act.CASE_HELD, at=at, by=by, case=case, taken_from=taken_from)
    return bool(taken)
