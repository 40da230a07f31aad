"""From whom the machine's result on a case is hidden, and with it every other reader's opinion.

A reader reads blind until an opinion of theirs is committed: where the clinic reads blind, and in every second
reading. Whoever will not read the case sees what they always saw. The critical mark and the due time are never
hidden, and the review page says what they give away (docs/decisions/0009-reading-twice.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnosis.choices import CaseStatus, ReadingKind
from diagnosis.errors import ReadsBlind
from diagnosis.models import ReadingRequest, Review, Smear
from diagnosis.permissions import Permission, clinics_where

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from diagnosis.models import Case, User


def sees_machine(user: User, case: Case) -> bool:
    """Whether the machine's result on the case, and other readers' opinions, may be shown to the user."""
    return not hidden_from(user, [case])


def require_sees_machine(user: User, case: Case) -> None:
    """Raise ReadsBlind unless the machine's result on the case may be shown to the user."""
    if not sees_machine(user, case):
        raise ReadsBlind


def hidden_from(user: User, cases: Iterable[Case]) -> set[UUID]:
    """Return which of the cases, by id, are hidden from the user; as many queries for many cases as for one."""
    open_ones = [case for case in cases if case.status == CaseStatus.OPEN and case.submitted_by_id != user.pk]
    if not open_ones:
        return set()
    clinics = {clinic.pk: clinic for clinic in clinics_where(user, Permission.REVIEW)}
    unread = {case.pk: clinics[case.clinic_id] for case in open_ones if case.clinic_id in clinics}
    asked = set(ReadingRequest.objects.filter(case__in=unread).values_list("case_id", "kind"))
    read_twice = _cases(Review.objects.filter(case__in=unread, kind=ReadingKind.SECOND).values_list("case_id"))
    known = _cases(Review.objects.filter(case__in=unread, reviewer=user).values_list("case_id"))
    known |= _cases(Smear.objects.filter(case__in=unread, uploaded_by=user).values_list("case_id"))
    return {
        case
        for case, clinic in unread.items()
        if case not in known
        and (case, ReadingKind.ADJUDICATION) not in asked
        and (clinic.reads_blind or ((case, ReadingKind.SECOND) in asked and case not in read_twice))
    }


def _cases(rows: Iterable[tuple[UUID]]) -> set[UUID]:
    return {case for (case,) in rows}
