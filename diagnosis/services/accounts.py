"""How clinics, people and service accounts are set up from the command line; everyday changes are made in the admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from knox.models import AuthToken

from diagnosis.choices import Act, Role
from diagnosis.errors import AlreadyExists
from diagnosis.models import Clinic, Membership, User
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from collections.abc import Sequence

DEMO_CLINIC = "demo"
DEMO_ROTA = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with a login and one role at a clinic."""

    username: str
    given_name: str
    family_name: str
    role: Role
    is_staff: bool = False


DEMO_PEOPLE = (
    Person("doctor", "Dr Leila", "Karimi", Role.SUBMITTER),
    Person("specialist", "Dr Ingrid", "Solheim", Role.SPECIALIST),
    Person("colleague", "Dr Tomas", "Lind", Role.SPECIALIST),
    Person("senior", "Dr Amina", "Haddad", Role.SPECIALIST),
    Person("administrator", "Amara", "Okafor", Role.ADMINISTRATOR, is_staff=True),
)


@transaction.atomic
def set_up_demo(*, password: str) -> Clinic:
    """Return the demo clinic with its people, made where missing; each of them signs in with the password."""
    clinic, _ = Clinic.objects.get_or_create(slug=DEMO_CLINIC, defaults={"name": "Demo clinic"})
    set_up_people(DEMO_PEOPLE, clinic=clinic, password=password)
    _set_up_rota(clinic)
    return clinic


def _set_up_rota(clinic: Clinic) -> None:
    """Put two specialists on call for a year where nobody ever was, so that a critical case has somebody to tell."""
    if clinic.on_call.exists():
        return
    now = timezone.now()
    for rank, username in ((1, "specialist"), (2, "colleague")):
        user = User.objects.get(username=username)
        clinic.on_call.create(user=user, rank=rank, starts_at=now, ends_at=now + DEMO_ROTA)


def set_up_people(people: Sequence[Person], *, clinic: Clinic, password: str) -> None:
    """Make the people who are missing, and let all of them sign in with the password."""
    for person in people:
        user, _ = User.objects.get_or_create(
            username=person.username,
            defaults={
                "first_name": person.given_name,
                "last_name": person.family_name,
                "email": f"{person.username}@demo.invalid",
                "is_staff": person.is_staff,
                "is_superuser": person.is_staff,
            },
        )
        # A password that is set anew ends the user's sessions, so it is only set when it is another one.
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
        Membership.objects.get_or_create(user=user, clinic=clinic, role=person.role)


@transaction.atomic
def issue_service_token(*, clinic: Clinic, name: str, role: Role = Role.SUBMITTER) -> str:
    """Return a new API token of the clinic's service account of this name, which is made where missing.

    Only the token's hash is stored. Earlier tokens stay valid until they are deleted in the admin.
    """
    user = User.objects.filter(username=name).first()
    if user is None:
        user = User.objects.create_user(name, is_service_account=True)
    elif not user.is_service_account or user.memberships.exclude(clinic=clinic).exists():
        raise AlreadyExists(f"The name {name} belongs to another account. Choose another name.")
    Membership.objects.get_or_create(user=user, clinic=clinic, role=role)
    row, token = AuthToken.objects.create(user=user)
    note(Act.TOKEN_ISSUED, at=timezone.now(), by=None, clinic=clinic, account=user.pk, token=row.token_key)
    return str(token)
