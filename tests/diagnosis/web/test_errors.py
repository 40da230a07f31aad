import pytest
from django.test import Client
from django.urls import reverse

from diagnosis.errors import Conflict, ImageRefused, Invalid, NotAllowed, OwnCase
from diagnosis.web import lists
from diagnosis.web.refusals import status_of
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def client():
    client = Client(raise_request_exception=False)
    client.force_login(factories.specialist(factories.ClinicFactory.create()))
    return client


@pytest.fixture
def failing(monkeypatch):
    """Let the worklist fail with what is given."""

    def making(error):
        def fail(*_, **__):
            raise error

        monkeypatch.setattr(lists.selectors, "worklist", fail)

    return making


@pytest.mark.parametrize(
    ("error", "status"),
    [(NotAllowed(), 403), (OwnCase(), 403), (Conflict(), 409), (Invalid(), 400), (ImageRefused(), 422)],
)
def test_refusal_that_no_page_answered_is_said_as_a_sentence(client, failing, error, status):
    failing(error)
    page = client.get(reverse("worklist"))
    assert page.status_code == status_of(error) == status
    assert error.sentence in page.content.decode()
    for asked in ({"Accept": "application/json"}, {"HX-Request": "true"}):
        script = client.get(reverse("worklist"), headers=asked)
        assert script.status_code == status
        assert script.json() == {"code": error.code, "sentence": error.sentence}


def test_failure_says_that_what_was_stored_is_safe_and_tells_nothing_else(client, failing):
    failing(RuntimeError("secret detail"))
    answer = client.get(reverse("worklist"))
    assert answer.status_code == 500
    assert "What was stored before is safe." in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_unknown_address_says_so(client):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "The address leads to nothing that you may see." in answer.content.decode()


def test_unreadable_request_says_so(client):
    answer = client.get("/", headers={"Host": "not our host"})
    assert answer.status_code == 400
    assert "The request could not be read" in answer.content.decode()


def test_form_of_an_older_session_says_so():
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("sign-in"), {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()
