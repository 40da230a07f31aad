"""Anybody with the code learns whether a report is intact, and nothing about the patient."""

import dataclasses

import pgtrigger
import pytest

from diagnosis.models import SignedReport
from diagnosis.services import seal, verification
from diagnosis.services.report_content import digest
from tests import factories
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed():
    return sign(factories.analysed_case())


def altered(signed, **columns):
    """Change a row behind the back of the product, as somebody with the database might."""
    with pgtrigger.ignore():
        SignedReport.objects.filter(pk=signed.pk).update(**columns)


def test_report_as_signed_is_intact(signed):
    found = verification.look_up(signed.code)
    assert found.is_intact
    assert (found.version, found.signed_by) == (1, signed.signed_by.signature_name)
    assert found.newer_version is None


def test_only_the_end_of_the_accession_number_is_told_and_nothing_of_the_patient(signed):
    told = str(dataclasses.asdict(verification.look_up(signed.code)))
    assert signed.case.accession not in told
    assert signed.case.patient.number not in told
    assert signed.case.accession.endswith(verification.look_up(signed.code).accession_ends)


def test_changed_content_is_found(signed):
    altered(signed, content={**signed.content, "limits": "none"})
    assert not verification.look_up(signed.code).is_intact


def test_changed_content_with_a_fitting_hash_has_no_fitting_seal(signed):
    content = {**signed.content, "limits": "none"}
    altered(signed, content=content, sha256=digest(content))
    assert not verification.look_up(signed.code).is_intact


def test_first_version_says_that_a_newer_one_stands(signed):
    sign(signed.case, by=signed.signed_by, amendment_reason="Flow cytometry arrived.")
    assert verification.look_up(signed.code).newer_version == 2


@pytest.mark.parametrize("code", ["", "000000000000"])
def test_code_that_no_report_has_finds_nothing(signed, code):
    assert verification.look_up(code) is None


def test_report_without_a_code_is_not_found_by_an_empty_one(signed):
    altered(signed, code="", seal="", key_id="")
    assert verification.look_up("") is None


def test_codes_are_looked_up_so_many_times_a_minute():
    address = f"test-{seal.new_code()}"
    tries = [verification.may_look_up(address) for _ in range(verification.LOOK_UPS_A_MINUTE + 1)]
    assert tries == [True] * verification.LOOK_UPS_A_MINUTE + [False]
    assert verification.may_look_up(f"another-{address}")
