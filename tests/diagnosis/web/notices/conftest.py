"""A critical case, and the specialist on call to whom its pages are shown."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

if TYPE_CHECKING:
    from django.test import Client

    from diagnosis.models import Case, Clinic, User

# The models and factories are imported where they are used: pytest may read this before the settings stand.


@pytest.fixture
def reader(clinic: "Clinic") -> "User":
    """The specialist on call."""
    from tests import factories

    user = factories.specialist(clinic)
    now, hour = timezone.now(), timedelta(hours=1)
    clinic.on_call.create(user=user, starts_at=now - hour, ends_at=now + hour)
    return user


@pytest.fixture
def case(clinic: "Clinic", reader: "User") -> "Case":
    from tests import factories

    doctor = factories.submitter(clinic, telephone="+98 21 555", last_name="Ward")
    return factories.analysed_case(by=doctor, results=[factories.machine_result("early")] * 3)


@pytest.fixture
def page(reader: "User") -> "Client":
    from tests.diagnosis.web.notices.shown import signed_in

    return signed_in(reader)
