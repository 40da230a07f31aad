import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "status", "pause"),
    [(OperationalError, 503, "10"), (InterfaceError, 503, "10"), (ZeroDivisionError, 500, None)],
)
def test_database_that_does_not_answer_is_no_fault_of_the_page(monkeypatch, kind, status, pause):
    client = Client(raise_request_exception=False)
    client.force_login(factories.submitter(factories.ClinicFactory.create()))

    def fails(*_):
        raise kind("SECRET-77")

    with monkeypatch.context() as outage:
        outage.setattr(CursorWrapper, "execute", fails)
        response = client.get("/cases/")
    assert (response.status_code, response.get("Retry-After")) == (status, pause)
    assert "Something broke on our side" in response.content.decode()
    assert "SECRET-77" not in response.content.decode()
