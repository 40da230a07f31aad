"""Whose the next reading of a case may be. Nobody reads what they sent themselves, and nobody reads twice for two.

A colleague who is asked by name finds the case in their worklist; everybody else may still take it over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from diagnosis.models import Case, Membership, Review, Smear, User
from diagnosis.permissions import ALLOWED, Permission
from diagnosis.selectors.states import is_waiting, pending_readings

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from diagnosis.selectors.states import CaseFacts, CaseWithState

    class ReaderFacts(CaseFacts):
        """What `with_readers` adds to a case that has its state."""

        has_reader: bool
        has_specialist: bool

    CaseToRead = WithAnnotations[Case, ReaderFacts]

READERS = [role for role, allowed in ALLOWED.items() if Permission.REVIEW in allowed]


def is_for(user: User) -> Q:
    """Say of a case that its next reading may be the user's, and no colleague was asked for it by name."""
    still_reads = _specialists(OuterRef("case__clinic")).filter(user=OuterRef("asked_of"))
    of_another = pending_readings().filter(Exists(still_reads)).exclude(asked_of=user)
    return may_be_of(user) & ~Q(Exists(of_another))


def may_be_of(user: User) -> Q:
    """Say of a case that its next reading may be the user's, if need be by taking it over."""
    return ~(Q(submitted_by=user) | _is_barred(OuterRef("pk"), user.pk))


def is_asked_of(user: User) -> Q:
    """Say of a case that the user was asked for its next reading by name."""
    return Q(Exists(pending_readings().filter(asked_of=user)))


def is_theirs(case: Case, user: User) -> bool:
    """Whether the next reading of the case is for the user to take."""
    return Case.objects.filter(is_for(user), pk=case.pk).exists()


def may_take_over(case: Case, user: User) -> bool:
    """Whether the next reading of the case may be the user's, whoever was asked for it by name."""
    return Case.objects.filter(may_be_of(user), pk=case.pk).exists()


def with_readers(rows: QuerySet[CaseWithState]) -> QuerySet[CaseToRead]:
    """Annotate cases with whether anybody at the clinic may read them next, and whether it has a specialist at all."""
    return rows.annotate(has_reader=_anybody(), has_specialist=Exists(_specialists()))


def has_reader(case: Case) -> bool:
    """Whether anybody at the clinic may read the case next; where nobody may, it waits for another specialist."""
    return Case.objects.filter(_anybody(), pk=case.pk).exists()


def nobody_may_read(at: datetime | None = None) -> Q:
    """Say of a case that it waits for a reader, and that the clinic has none who may be it."""
    return is_waiting(at) & ~Q(_anybody())


def to_ask(case: Case, *, by: User) -> QuerySet[User]:
    """Return whom a reader may ask by name for a second reading: who reads for the clinic and sent nothing of it."""
    sent = Smear.objects.filter(case=case).values("uploaded_by")
    members = Membership.objects.filter(clinic=case.clinic_id, role__in=READERS).values("user")
    readers = User.objects.filter(pk__in=members, is_active=True, is_service_account=False)
    others = readers.exclude(pk__in=[by.pk, case.submitted_by_id]).exclude(pk__in=sent)
    return others.order_by("last_name", "first_name", "username")


def _anybody() -> Exists:
    free = _specialists().filter(~_is_barred(OuterRef(OuterRef("pk")), OuterRef("user")))
    return Exists(free.exclude(user=OuterRef("submitted_by")))


def _specialists(clinic: OuterRef | None = None) -> QuerySet[Membership]:
    return Membership.objects.filter(
        clinic=clinic or OuterRef("clinic"),
        role__in=READERS,
        user__is_active=True,
        user__is_service_account=False,
    )


def _is_barred(case: OuterRef, user: OuterRef | int) -> Q:
    """Say that the user uploaded into the case, or gave one of two readings of which it waits for the other."""
    uploads = Smear.objects.filter(case=case, uploaded_by=user)
    deeper = user if isinstance(user, int) else OuterRef(user)
    read = Review.objects.filter(case=OuterRef("case"), reviewer=deeper)
    return Q(Exists(uploads)) | Q(Exists(pending_readings(case).filter(Exists(read))))
