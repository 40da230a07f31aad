"""An operator, and the browser in which they have signed in."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from diagnosis.models import User

# The factories are imported where they are used: pytest may read this before the settings stand.


@pytest.fixture
def operator() -> "User":
    from tests import factories

    return factories.UserFactory.create(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(operator: "User") -> Client:
    client = Client()
    client.force_login(operator)
    return client
