"""The people, the cases and the clock of the services' tests."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import time_machine

if TYPE_CHECKING:
    from diagnosis.models import Case, Clinic, User

# The factories are imported where they are used: pytest may read this before the settings stand.


@pytest.fixture
def clinic() -> "Clinic":
    from tests import factories

    return factories.ClinicFactory.create()


@pytest.fixture
def doctor(clinic: "Clinic") -> "User":
    from tests import factories

    return factories.submitter(clinic)


@pytest.fixture
def case() -> "Case":
    from tests import factories

    return factories.analysed_case()


@pytest.fixture
def reader(case: "Case") -> "User":
    from tests import factories

    return factories.specialist(case.clinic)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock at the moment at which the cases of a notice begin."""
    from tests.diagnosis.services.notice_cases import START

    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def people(clinic: "Clinic") -> "list[User]":
    """Three specialists with an address: first and second on call, and one who sleeps."""
    from tests import factories

    return [factories.specialist(clinic, email=f"{name}@example.org") for name in ("first", "second", "asleep")]


@pytest.fixture
def rota(clinic: "Clinic", people: "list[User]") -> None:
    from tests.diagnosis.services.notice_cases import duty

    for rank, user in enumerate(people[:2], start=1):
        duty(clinic, user, rank)
