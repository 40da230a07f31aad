"""Whose the next reading of a case may be. Nobody reads what they sent themselves, and nobody reads twice for two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from diagnosis.models import Case, Membership, Review, Smear, User
from diagnosis.permissions import ALLOWED, Permission
from diagnosis.selectors.states import pending_readings

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from diagnosis.selectors.states import CaseFacts, CaseWithState

    class ReaderFacts(CaseFacts):
        """What `with_readers` adds to a case that has its state."""

        has_reader: bool

    CaseToRead = WithAnnotations[Case, ReaderFacts]

READERS = [role for role, allowed in ALLOWED.items() if Permission.REVIEW in allowed]


def is_for(user: User) -> Q:
    """Say of a case that its next reading may be the user's."""
    return ~(Q(submitted_by=user) | _is_barred(OuterRef("pk"), user.pk))


def is_theirs(case: Case, user: User) -> bool:
    """Whether the next reading of the case may be the user's."""
    return Case.objects.filter(is_for(user), pk=case.pk).exists()


def with_readers(rows: QuerySet[CaseWithState]) -> QuerySet[CaseToRead]:
    """Annotate cases with whether anybody at the clinic may read them next."""
    return rows.annotate(has_reader=_anybody())


def has_reader(case: Case) -> bool:
    """Whether anybody at the clinic may read the case next; where nobody may, it waits for another specialist."""
    return Case.objects.filter(_anybody(), pk=case.pk).exists()


def _anybody() -> Exists:
    members = Membership.objects.filter(
        ~_is_barred(OuterRef(OuterRef("pk")), OuterRef("user")),
        clinic=OuterRef("clinic"),
        role__in=READERS,
        user__is_active=True,
        user__is_service_account=False,
    )
    return Exists(members.exclude(user=OuterRef("submitted_by")))


def _is_barred(case: OuterRef, user: OuterRef | int) -> Q:
    """Say that the user uploaded into the case, or that a reading waits which is somebody else's."""
    uploads = Smear.objects.filter(case=case, uploaded_by=user)
    deeper = user if isinstance(user, int) else OuterRef(user)
    read = Review.objects.filter(case=OuterRef("case"), reviewer=deeper)
    of_another = Q(asked_of__isnull=False) & ~Q(asked_of=user)
    return Q(Exists(uploads)) | Q(Exists(pending_readings(case).filter(Exists(read) | of_another)))
