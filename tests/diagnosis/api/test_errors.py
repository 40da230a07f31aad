"""Every refusal of the API has one shape, a code and a sentence, and tells nothing that it should not."""

import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import InterfaceError, OperationalError
from django.db.backends.utils import CursorWrapper
from django.test import Client

from diagnosis import errors
from diagnosis.api.refusals import status_of
from telediag.logging import formatter
from tests import factories
from tests.diagnosis.api.software import code, software

DOCS = Path(__file__).resolve().parents[3] / "docs" / "api.md"

pytestmark = pytest.mark.django_db


def _descendants(kind):
    return [kind, *(found for child in kind.__subclasses__() for found in _descendants(child))]


ERRORS = _descendants(errors.DiagnosisError)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_has_a_code_a_sentence_and_a_line_in_the_docs(error):
    assert "code" in vars(error)
    assert "default_sentence" in vars(error)
    assert re.fullmatch(r"[a-z0-9_]+", error.code)
    assert re.fullmatch(r"[A-Z].+\.", str(error.default_sentence))
    assert f"\n| {status_of(error)} | `{error.code}` |" in DOCS.read_text()


def test_no_two_errors_share_a_code():
    codes = [error.code for error in ERRORS]
    assert len(set(codes)) == len(codes)


@pytest.fixture
def doctor():
    return factories.submitter(factories.ClinicFactory.create())


def test_all_refusals_have_one_shape(doctor):
    case = factories.case(by=doctor)
    client = software(doctor)
    refusals = [
        Client().get("/api/v1/me/"),
        client.send("GET", "nowhere/"),
        client.send("GET", "cases"),
        client.send("PUT", "me/"),
        client.send("POST", "patients/", {"number": 5}),
        client.send("POST", "patients/", []),
        client.post("/api/v1/patients/", b"{", content_type="application/json"),
        client.post("/api/v1/patients/", b"<a/>", content_type="text/xml"),
        client.send("GET", f"cases/{case.pk}/stage-report/"),
        client.upload(case, b"no image"),
        client.get("/api/v1/me/", headers={"Accept": "text/html"}),
    ]
    for refusal in refusals:
        assert 400 <= refusal.status_code < 500
        assert refusal["Content-Type"] == "application/json"
        assert set(refusal.json()) == {"type", "errors"}
        for error in refusal.json()["errors"]:
            assert set(error) == {"code", "detail", "attr"}
            assert f"`{error['code']}`" in DOCS.read_text()


@pytest.mark.parametrize("token", ["Token", "Token wrong", "Token a b", "Token \xff\xfe", "Token " + "a" * 5000])
def test_wrong_token_is_refused(token):
    response = Client().get("/api/v1/me/", headers={"Authorization": token})
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Token"


def test_anonymous_is_told_how_to_sign_in():
    response = Client().get("/api/v1/cases/")
    assert (response.status_code, code(response)) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"


def test_no_browser_and_no_proxy_keeps_what_the_api_answers(doctor):
    client = software(doctor)
    for path in ("cases/", f"cases/{factories.case(by=doctor).pk}/", f"cases/{uuid4()}/", "patients/?nonsense=1"):
        assert client.send("GET", path)["Cache-Control"] == "private, no-store", path


def test_what_breaks_is_answered_in_the_same_shape_without_telling_how(doctor, monkeypatch):
    monkeypatch.setattr("diagnosis.selectors.cases", lambda _: 1 / 0)
    client = software(doctor)
    client.raise_request_exception = False
    response = client.send("GET", "cases/")
    assert (response.status_code, response.json()["type"], code(response)) == (500, "server_error", "error")
    assert response.json()["errors"][0]["detail"].startswith("Something broke on our side")
    assert "nothing was stored" not in response.content.decode()
    assert "zero" not in response.content.decode()


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "cases/"), ("POST", "patients/"), ("HEAD", f"uploads/{UUID(int=1)}/")]
)
def test_database_that_does_not_answer_is_unavailable_for_a_while(doctor, monkeypatch, kind, method, path):
    client = software(doctor)
    client.raise_request_exception = False

    def fails(*_):
        raise kind("the server closed the connection, SECRET-77")

    with monkeypatch.context() as outage:
        outage.setattr(CursorWrapper, "execute", fails)
        response = client.send(method, path, {})
    assert (response.status_code, response["Retry-After"]) == (503, "10")
    if method != "HEAD":
        assert code(response) == "unavailable"
        assert "SECRET-77" not in response.content.decode()


def test_filters_stay_out_of_the_log(doctor, caplog):
    software(doctor).send("GET", "patients/?number=SECRET-77")
    lines = "".join(formatter().format(record) for record in caplog.records)
    assert "/api/v1/patients/" in lines
    assert "SECRET-77" not in lines
