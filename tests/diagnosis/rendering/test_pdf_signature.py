"""A report says whether it is signed, by whom, and with which hash."""

import pytest

from diagnosis.choices import Decision, Finding
from diagnosis.models import SignedReport
from diagnosis.rendering.pdf import report_pdf
from diagnosis.services import report_content, reviews
from tests import factories
from tests.diagnosis.rendering.report_contents import amends, read, reviewed, signed, unsigned, words

UNSIGNED = "Unsigned machine result. Not reviewed by a specialist."
DRAFT = "Unsigned draft. Not valid until a specialist has signed it."


def test_an_unsigned_report_says_so_in_these_words_on_every_page() -> None:
    long = unsigned()
    long["case"]["clinical_notes"] = "Bruising since the summer. " * 280

    pages = read(report_pdf(long)).pages

    assert len(pages) > 1
    for page in pages:
        assert UNSIGNED in page.extract_text()


def test_a_reviewed_report_without_a_signature_is_a_draft() -> None:
    text = words(report_pdf(reviewed()))
    assert DRAFT in text
    assert UNSIGNED not in text
    assert "Signed electronically" not in text


def test_a_signed_report_names_signer_time_and_meaning_and_is_not_marked_as_unsigned() -> None:
    text = words(report_pdf(signed()))
    assert "Signed electronically by Dr Ingrid Solheim, 23 Nov 2026, 08:03 CET" in text
    assert "Meaning of the signature: authored · version 1" in text
    assert "nsigned" not in text


AMENDMENT = {"version": 2, "meaning": "amended", "amendment_reason": "Flow cytometry arrived."}


def test_an_amended_report_names_the_version_it_amends_and_what_changed_and_why() -> None:
    content = signed(**AMENDMENT)
    content["amends"] = amends(finding="No blasts seen", finding_code="no_blasts_seen", blast_percentage=None)
    text = words(report_pdf(content))
    assert "Version 2 amends version 1, signed by Dr Per Holm, 22 Nov 2026, 10:12 CET." in text
    assert "Finding changed from “No blasts seen” to “Blasts suspected”." in text
    assert "Blasts per 100 leukocytes changed from “not stated” to “64.0”." in text
    assert "Pattern most similar to changed" not in text
    assert "Reason: Flow cytometry arrived." in text
    assert f"SHA-256 of the amended version 1: {'a' * 64}" in text
    assert "Signed version 2" in text


def test_an_amended_report_says_that_the_finding_is_unchanged() -> None:
    content = signed(**AMENDMENT)
    content["amends"] = amends()
    text = words(report_pdf(content))
    assert "Finding unchanged: “Blasts suspected”." in text
    assert "changed from" not in text


def test_the_hash_of_a_signed_version_is_called_so() -> None:
    content = signed()
    assert f"SHA-256 of this signed version: {report_content.digest(content)}" in words(report_pdf(content))
    assert "SHA-256 of what stands above, unsigned:" in words(report_pdf(reviewed()))


@pytest.mark.django_db
def test_a_report_signed_through_the_services_prints_with_the_hash_it_was_signed_with() -> None:
    case = factories.analysed_case(results=[factories.machine_result("early") for _ in range(3)])
    reader = factories.specialist(case.clinic)
    review = reviews.decide(
        case=case,
        by=reader,
        decision=Decision.AGREE,
        finding=Finding.BLASTS_SUSPECTED,
        seen_stage_report=case.current_stage_report_id,
    )
    _, seen = reviews.preview(review)
    report = reviews.sign_off(review=review, by=reader, password=factories.PASSWORD, seen=seen)

    stored = SignedReport.objects.get(pk=report.pk)
    text = words(report_pdf(stored.content))

    assert stored.sha256 in text
    assert reader.signature_name in text
    assert case.accession in text
