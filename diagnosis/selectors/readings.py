"""How far a case's readings are, and which one an opinion is; `readers` says whose the next one may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from diagnosis.choices import CaseStatus, ReadingKind

if TYPE_CHECKING:
    from diagnosis.models import Case, Review, User


@dataclass(frozen=True, slots=True)
class Standing:
    """How a specialist stands to a case: what it waits for, what an opinion of theirs is, and their newest one."""

    is_own: bool
    waits_for: ReadingKind
    reading: ReadingKind | None
    own: Review | None


def is_own(case: Case, user: User) -> bool:
    """Whether the user submitted the case or uploaded a smear into it, and so neither reads nor signs it."""
    return case.submitted_by_id == user.pk or case.smears.filter(uploaded_by=user).exists()


def next_reading(case: Case) -> ReadingKind:
    """Return which reading the case waits for: the first, unless another was asked for and nobody has done it."""
    asked = set(case.reading_requests.values_list("kind", flat=True))
    waiting = asked - set(case.reviews.filter(kind__in=asked).values_list("kind", flat=True))
    for kind in (ReadingKind.ADJUDICATION, ReadingKind.SECOND):
        if kind in waiting:
            return kind
    return ReadingKind.FIRST


def reading_of(case: Case, user: User) -> ReadingKind | None:
    """Return which reading an opinion of the user is now; none while the case waits for another reader."""
    return standing(case, user).reading


def standing(case: Case, user: User) -> Standing:
    """Return how the user stands to the case.

    A reader who changes their mind stays the reader that they were, and whoever amends a signed report reads it first.
    """
    own = newest_review(case, by=user)
    waits_for = next_reading(case)
    reading: ReadingKind | None = waits_for
    if case.status == CaseStatus.SIGNED:
        reading = ReadingKind.FIRST
    elif own:
        reading = ReadingKind(own.kind) if waits_for == ReadingKind.FIRST else None
    return Standing(is_own=is_own(case, user), waits_for=waits_for, reading=reading, own=own)


def newest_review(case: Case, *, kind: ReadingKind | None = None, by: User | None = None) -> Review | None:
    """Return the newest opinion on the case, of one reading or of one reader."""
    wanted = Q(kind=kind) if kind else Q()
    if by:
        wanted &= Q(reviewer=by)
    return case.reviews.filter(wanted).select_related("reviewer").order_by("-reviewed_at", "-pk").first()
