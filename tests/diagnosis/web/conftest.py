"""A clinic with a case, its doctor and its reader, each signed in when a test asks for them."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from diagnosis.models import Case, Clinic, User

# The factories are imported where they are used: pytest may read this before the settings stand.


@pytest.fixture
def clinic() -> "Clinic":
    from tests import factories

    return factories.ClinicFactory.create()


@pytest.fixture
def doctor(clinic: "Clinic", client: "Client") -> "User":
    from tests import factories

    user = factories.submitter(clinic)
    client.force_login(user)
    return user


@pytest.fixture
def case(clinic: "Clinic") -> "Case":
    from tests import factories

    return factories.analysed_case(clinic=clinic)


@pytest.fixture
def reader(clinic: "Clinic", client: "Client") -> "User":
    from tests import factories

    user = factories.specialist(clinic)
    client.force_login(user)
    return user
