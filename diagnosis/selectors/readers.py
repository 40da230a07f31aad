"""Whose the next reading of a case may be. Nobody reads what they submitted, and nobody reads twice for two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from diagnosis.choices import ReadingKind
from diagnosis.models import Case, Membership, ReadingRequest, Review, Smear
from diagnosis.permissions import ALLOWED, Permission
from diagnosis.selectors.states import asked_for

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    from diagnosis.models import User
    from diagnosis.selectors.states import CaseFacts, CaseWithState

    class ReaderFacts(CaseFacts):
        """What `with_readers` adds to a case that has its state."""

        is_theirs: bool
        has_reader: bool

    CaseToRead = WithAnnotations[Case, ReaderFacts]

READERS = [role for role, allowed in ALLOWED.items() if Permission.REVIEW in allowed]


def with_readers(rows: QuerySet[CaseWithState], user: User) -> QuerySet[CaseToRead]:
    """Annotate cases with whether the user may read them next, and whether anybody at the clinic may."""
    colleagues = Membership.objects.filter(
        clinic=OuterRef("clinic"), role__in=READERS, user__is_active=True, user__is_service_account=False
    ).exclude(user=OuterRef("submitted_by"))
    barred = _barred(case=OuterRef(OuterRef("pk")), user=OuterRef("user"))
    return rows.annotate(
        is_theirs=~(Q(submitted_by=user.pk) | _barred(case=OuterRef("pk"), user=user.pk)),
        has_reader=Exists(colleagues.exclude(barred)),
    )


def is_theirs(case: Case, user: User) -> bool:
    """Whether the user may read the case next."""
    return not Case.objects.filter(
        _barred(case=OuterRef("pk"), user=user.pk) | Q(submitted_by=user), pk=case.pk
    ).exists()


def _barred(*, case: OuterRef, user: OuterRef | int) -> Q:
    """Whether the user uploaded into the case, read it where another reading is asked for, or is not the one asked."""
    uploaded = Q(Exists(Smear.objects.filter(case=case, uploaded_by=user)))
    read = Q(Exists(Review.objects.filter(case=case, reviewer=user)))
    of_another = ReadingRequest.objects.filter(case=case, kind=ReadingKind.SECOND, asked_of__isnull=False)
    second = asked_for(ReadingKind.SECOND, case)
    return (
        uploaded
        | (read & (second | asked_for(ReadingKind.ADJUDICATION, case)))
        | (Q(Exists(of_another.exclude(asked_of=user))) & second)
    )
