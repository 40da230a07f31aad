"""What a signature makes of an opinion and of its case, and that nothing changes it afterwards."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from diagnosis import errors
from diagnosis.choices import Act, AnalysisStatus, CaseStatus, Decision, DeliveryKind, Finding, Meaning, NoticeEventKind
from diagnosis.models import AuditRecord, Delivery, Review, SignedReport
from diagnosis.services import analyses, holding, report_content, reviews, seal
from tests import factories
from tests.diagnosis.services.review_cases import decide, sign

pytestmark = pytest.mark.django_db


def test_it_works(case, reader):
    report = sign(decide(case, reader), reader)
    case.refresh_from_db()
    assert case.status == CaseStatus.SIGNED
    assert report.version == 1
    assert report.meaning == Meaning.AUTHORED
    assert report.content["machine"]["sentence"] == case.current_stage_report.sentence
    assert report.content["signature"]["name"] == reader.signature_name
    assert report.sha256 == report_content.digest(report.content)


def test_what_is_frozen_is_what_was_on_the_screen(case, reader):
    review = decide(case, reader)
    shown, _ = reviews.preview(review)
    report = sign(review, reader)
    assert {name: value for name, value in report.content.items() if name != "signature"} == shown


def test_opinion_is_stored_with_its_signature_and_not_before(case, reader):
    review = decide(case, reader)
    assert not Review.objects.exists()
    assert not AuditRecord.objects.filter(act=Act.REVIEWED).exists()
    assert sign(review, reader).review_id == review.pk
    assert AuditRecord.objects.get(act=Act.REVIEWED).detail["review"] == str(review.pk)


def test_signed_report_has_a_code_and_a_seal(case, reader):
    report = sign(decide(case, reader), reader)
    assert seal.code_as_typed(report.code) == report.code
    assert seal.holds(report.sha256, report.seal, report.key_id)


def test_signature_ends_what_waits_for_a_worker(case, reader):
    waiting = factories.smear(case).analyses.get()
    case.refresh_from_db()
    sign(decide(case, reader), reader)
    waiting.refresh_from_db()
    assert (waiting.status, waiting.finished_at is None) == (AnalysisStatus.CANCELLED, False)


def test_signature_closes_the_critical_notice_and_tells_who_submitted():
    case = factories.analysed_case(results=[factories.machine_result("early")] * 3)
    reader = factories.specialist(case.clinic)
    sign(decide(case, reader, finding=Finding.BLASTS_SUSPECTED), reader)
    assert case.notice.events.filter(kind=NoticeEventKind.CLOSED, by=reader).exists()
    assert Delivery.objects.get(kind=DeliveryKind.SIGNED).to == case.submitted_by


def test_what_is_signed_already_is_not_signed_again(case, reader):
    review = decide(case, reader)
    _, seen = reviews.preview(review)
    first = sign(review, reader)
    assert sign(review, reader, seen=seen) == first
    assert SignedReport.objects.count() == AuditRecord.objects.filter(act=Act.SIGNED_OFF).count() == 1


def test_what_is_committed_already_is_not_committed_again(case, reader):
    review = reviews.commit(review=decide(case, reader), by=reader)
    assert reviews.commit(review=review, by=reader) == review
    assert AuditRecord.objects.filter(act=Act.REVIEWED).count() == 1


def test_signed_case_is_held_by_nobody(case, reader):
    holding.hold(case=case, by=reader)
    sign(decide(case, reader), reader)
    case.refresh_from_db()
    assert case.held_by is None


def test_amendment_is_a_new_version_with_its_reason(case, reader):
    first = sign(decide(case, reader), reader)
    second_review = decide(case, reader, Decision.CORRECT, reasons="Seen again with flow cytometry.")
    with pytest.raises(errors.ReasonsMissing):
        sign(second_review, reader)
    second = sign(second_review, reader, amendment_reason="Flow cytometry arrived.")
    assert (second.version, second.meaning) == (2, Meaning.AMENDED)
    assert SignedReport.objects.get(pk=first.pk).content == first.content


def test_signed_case_is_not_analysed_again(case, reader):
    sign(decide(case, reader), reader)
    with pytest.raises(errors.CaseClosed):
        analyses.run_again(smear=case.smears.first(), by=reader, at=case.submitted_at)


def test_report_of_an_image_without_class_names_none(reader):
    case = factories.analysed_case(results=[factories.unanswered("novel")])
    image = report_content.compose(case, review=None)["machine"]["images"][0]
    assert image["pattern"] == ""
    assert image["cannot_exclude"] == []
    assert image["probability"] is None


def test_database_refuses_to_change_what_was_signed(case, reader):
    sign(decide(case, reader), reader)
    for rows, change in ((SignedReport.objects.all(), {"version": 9}), (Review.objects.all(), {"comment": "x"})):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            rows.update(**change)
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            rows._raw_delete(rows.db)


def test_database_refuses_a_signed_report_without_signer_or_hash(case, reader):
    review = decide(case, reader)
    review.save()
    row = {"case": case, "version": 1, "review": review, "signed_at": review.reviewed_at, "meaning": "authored"}
    with pytest.raises(IntegrityError), transaction.atomic():
        SignedReport.objects.create(**row, content={}, sha256="0" * 64)
    with pytest.raises(IntegrityError), transaction.atomic():
        SignedReport.objects.create(**row, signed_by=reader, content={}, sha256="short")
