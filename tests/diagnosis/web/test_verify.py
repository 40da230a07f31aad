import pytest
from django.core.cache import cache

from diagnosis.services import seal, verification
from tests import factories
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_look_ups_yet():
    cache.clear()


@pytest.fixture
def signed():
    return sign(factories.analysed_case())


def test_anybody_with_the_code_learns_that_a_report_is_intact(client, signed):
    page = client.get(f"/v/{signed.code}/").content.decode()
    assert "Intact: since it was signed, nothing in this report has changed." in page
    assert signed.signed_by.signature_name in page
    assert signed.case.clinic.name in page


def test_page_tells_nothing_else(client, signed):
    page = client.get(f"/v/{signed.code}/").content.decode()
    for kept_back in (signed.case.accession, signed.case.patient.number, str(signed.case.pk), "Blasts suspected"):
        assert kept_back not in page


def test_report_that_was_changed_is_not_intact(client, signed, monkeypatch):
    monkeypatch.setattr(verification, "digest", lambda _: "0" * 64)
    page = client.get(f"/v/{signed.code}/").content.decode()
    assert "Not intact" in page
    assert "nothing in this report has changed" not in page


def test_amended_report_says_that_a_newer_version_stands(client, signed):
    sign(signed.case, by=signed.signed_by, amendment_reason="Flow cytometry arrived.")
    assert "Version 2 has replaced this version 1." in client.get(f"/v/{signed.code}/").content.decode()


def test_newer_version_is_told_before_anything_that_reassures(client, signed):
    sign(signed.case, by=signed.signed_by, amendment_reason="Flow cytometry arrived.")
    page = client.get(f"/v/{signed.code}/").content.decode()
    assert page.index("has replaced this version") < page.index("Intact: since it was signed")


def test_time_of_the_signature_reads_as_persian_on_a_persian_page(client, signed):
    page = client.get(f"/v/{signed.code}/", headers={"Accept-Language": "fa"}).content.decode()
    assert f"{signed.signed_at:%Y}، " in page
    assert f"{signed.signed_at:%Y}, " not in page


def test_code_typed_by_hand_leads_to_its_page(client, signed):
    typed = seal.in_groups(signed.code).lower()
    assert client.get("/v/", {"code": f" {typed} "})["Location"] == f"/v/{signed.code}/"


def test_mistyped_code_is_said_to_be_mistyped_and_stays_in_the_field(client, signed):
    wrong = signed.code[:-1] + ("2" if signed.code[-1] != "2" else "3")
    response = client.get("/v/", {"code": wrong})
    assert response.status_code == 404
    assert "a character is wrong or missing" in response.content.decode()
    assert f'value="{wrong}"' in response.content.decode()


def test_what_is_typed_is_shown_as_text_and_shortened(client):
    page = client.get("/v/", {"code": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert f'value="{"x" * 40}"' in client.get("/v/", {"code": "x" * 3000}).content.decode()


def test_code_that_no_report_has_is_not_found(client):
    response = client.get(f"/v/{seal.new_code()}/")
    assert response.status_code == 404
    assert "No report has this code." in response.content.decode()


def test_nobody_tries_codes_by_the_thousand(client, signed):
    statuses = [client.get(f"/v/{signed.code}/").status_code for _ in range(verification.LOOK_UPS_A_MINUTE + 1)]
    assert statuses[-2:] == [200, 429]
    assert "Wait a minute" in client.get(f"/v/{signed.code}/").content.decode()


def test_page_is_never_kept_by_a_browser(client, signed):
    assert "no-store" in client.get(f"/v/{signed.code}/")["Cache-Control"]
