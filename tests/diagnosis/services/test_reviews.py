from decimal import Decimal

import pytest
import time_machine
from axes.models import AccessAttempt
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.utils import timezone

from diagnosis import errors
from diagnosis.choices import Act, CaseStatus, Decision, DeliveryKind, Finding, Meaning, NoticeEventKind
from diagnosis.models import AuditRecord, Delivery, Review, SignedReport
from diagnosis.services import analyses, holding, intake, report_content, reviews, seal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.analysed_case()


@pytest.fixture
def reader(case):
    return factories.specialist(case.clinic)


def decide(case, by, decision=Decision.AGREE, **facts):
    return reviews.decide(
        case=case,
        by=by,
        **{
            "decision": decision,
            "finding": Finding.NO_BLASTS_SEEN,
            "seen_stage_report": case.current_stage_report_id,
            **facts,
        },
    )


def sign(review, by, **facts):
    _, seen = reviews.preview(review)
    return reviews.sign_off(review=review, by=by, **{"password": factories.PASSWORD, "seen": seen, **facts})


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


def test_nobody_signs_a_case_that_they_submitted(case):
    case.submitted_by.memberships.create(clinic=case.clinic, role="specialist")
    with pytest.raises(errors.OwnCase):
        decide(case, case.submitted_by)


def test_nobody_signs_a_case_that_holds_a_smear_of_theirs(case, reader):
    factories.analyse(factories.smear(case, by=reader))
    case.refresh_from_db()
    with pytest.raises(errors.OwnCase):
        decide(case, reader)


def test_smear_uploaded_after_the_opinion_bars_its_signature_too(case, reader):
    review = decide(case, reader)
    factories.smear(case, by=reader)
    with pytest.raises(errors.OwnCase):
        sign(review, reader)


def test_case_that_another_reader_holds_is_not_signed(case, reader):
    review = decide(case, reader)
    holding.hold(case=case, by=factories.specialist(case.clinic))
    with pytest.raises(errors.HeldByAnother):
        sign(review, reader)
    assert not Review.objects.exists()


def test_signature_closes_the_critical_notice_and_tells_who_submitted():
    case = factories.analysed_case(results=[factories.machine_result("early")] * 3)
    reader = factories.specialist(case.clinic)
    sign(decide(case, reader, finding=Finding.BLASTS_SUSPECTED), reader)
    assert case.notice.events.filter(kind=NoticeEventKind.CLOSED, by=reader).exists()
    assert Delivery.objects.get(kind=DeliveryKind.SIGNED).to == case.submitted_by


def test_signed_case_is_held_by_nobody(case, reader):
    holding.hold(case=case, by=reader)
    sign(decide(case, reader), reader)
    case.refresh_from_db()
    assert case.held_by is None


def test_submitter_administrator_and_outsider_do_not_review(case):
    for user in (factories.submitter(case.clinic), factories.administrator(case.clinic), factories.outsider()):
        with pytest.raises(errors.NotAllowed):
            decide(case, user)


def test_service_account_never_signs(case):
    software = factories.specialist(case.clinic, is_service_account=True)
    with pytest.raises(errors.NotAllowed):
        decide(case, software)


def test_wrong_password_signs_nothing(case, reader):
    with pytest.raises(errors.WrongPassword):
        sign(decide(case, reader), reader, password="guess")
    assert not SignedReport.objects.exists()
    assert AuditRecord.objects.get(act=Act.SIGN_OFF_REFUSED).by == reader


def test_departing_from_the_machine_needs_reasons(case, reader):
    for decision in (Decision.CORRECT, Decision.REJECT):
        with pytest.raises(errors.ReasonsMissing):
            decide(case, reader, decision, reasons="  ")
    assert decide(case, reader, Decision.CORRECT, reasons="Smudge cells.").reasons == "Smudge cells."


def test_agreeing_and_finding_something_else_contradict(case, reader):
    with pytest.raises(errors.Invalid):
        decide(case, reader, finding=Finding.BLASTS_SUSPECTED)
    assert not Review.objects.exists()


def test_agreeing_that_the_images_do_not_suffice_leaves_the_finding_open():
    case = factories.analysed_case(results=[factories.machine_result()])
    review = decide(case, factories.specialist(case.clinic), finding=Finding.UNSUITABLE)
    assert review.finding == Finding.UNSUITABLE


def test_page_older_than_the_stage_report_decides_nothing(case, reader):
    seen = case.current_stage_report_id
    factories.analyse(factories.smear(case))
    case.refresh_from_db()
    with pytest.raises(errors.StalePage):
        decide(case, reader, seen_stage_report=seen)


def test_page_older_than_the_content_signs_nothing(case, reader):
    review = decide(case, reader)
    _, seen = reviews.preview(review)
    case.patient.year_of_birth = 1999
    case.patient.save()
    with pytest.raises(errors.StalePage):
        sign(review, reader, seen=seen)
    assert not Review.objects.exists()


def test_opinion_older_than_the_stage_report_signs_nothing(case, reader):
    review = decide(case, reader)
    factories.analyse(factories.smear(case))
    with pytest.raises(errors.StalePage):
        sign(review, reader)


def test_opinion_older_than_a_signature_signs_nothing(case, reader):
    older = decide(case, reader)
    colleague = factories.specialist(case.clinic)
    sign(decide(case, colleague), colleague)
    with pytest.raises(errors.StalePage):
        sign(older, reader, amendment_reason="I thought so before.")


def test_signing_twice_signs_once(case, reader):
    review = decide(case, reader)
    sign(review, reader)
    with pytest.raises(errors.StalePage):
        sign(review, reader, amendment_reason="again")
    assert SignedReport.objects.count() == 1


def test_each_specialist_signs_their_own_opinion(case, reader):
    with pytest.raises(errors.NotAllowed):
        sign(decide(case, reader), factories.specialist(case.clinic))


def test_too_many_wrong_passwords_close_the_door_to_the_right_one(case, reader, settings):
    review = decide(case, reader)
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        with pytest.raises(errors.WrongPassword):
            sign(review, reader, password="guess")
    for password in ("guess", factories.PASSWORD):
        with pytest.raises(errors.TooManyTries):
            sign(review, reader, password=password)
    with time_machine.travel(timezone.now() + settings.AXES_COOLOFF_TIME * 1.01):
        assert sign(review, reader)


def test_what_a_form_holds_is_not_kept_with_a_wrong_password(case, reader, rf):
    request = rf.post("/?number=P-00001", {"amendment_reason": case.patient.number})
    with pytest.raises(errors.WrongPassword):
        sign(decide(case, reader), reader, password="guess", request=request)
    attempt = AccessAttempt.objects.get()
    assert (attempt.username, attempt.ip_address, attempt.failures_since_start) == (reader.username, "127.0.0.1", 1)
    assert case.patient.number not in f"{attempt.get_data} {attempt.post_data} {attempt.path_info}"


def test_amendment_is_a_new_version_with_its_reason(case, reader):
    first = sign(decide(case, reader), reader)
    second_review = decide(case, reader, Decision.CORRECT, reasons="Seen again with flow cytometry.")
    with pytest.raises(errors.ReasonsMissing):
        sign(second_review, reader)
    second = sign(second_review, reader, amendment_reason="Flow cytometry arrived.")
    assert (second.version, second.meaning) == (2, Meaning.AMENDED)
    assert SignedReport.objects.get(pk=first.pk).content == first.content


def test_case_without_an_answer_is_read_all_the_same():
    case = factories.case()
    factories.smear(case)
    reader = factories.specialist(case.clinic)
    with pytest.raises(errors.StalePage):
        decide(case, reader)
    review = decide(case, reader, Decision.REJECT, reasons="No machine answer; read by eye.")
    report = sign(review, reader)
    assert "The machine has no answer" in report.content["machine"]["sentence"]


def test_case_without_images_has_nothing_to_review():
    case = factories.case()
    with pytest.raises(errors.NothingToReview):
        decide(case, factories.specialist(case.clinic), Decision.REJECT, reasons="empty")


def test_withdrawn_case_is_not_reviewed(case, reader):
    written = decide(case, reader)
    intake.withdraw(case=case, by=case.submitted_by)
    with pytest.raises(errors.CaseClosed):
        sign(written, reader)
    case.refresh_from_db()
    with pytest.raises(errors.CaseClosed):
        decide(case, reader)


def test_signed_case_is_not_analysed_again(case, reader):
    sign(decide(case, reader), reader)
    with pytest.raises(errors.CaseClosed):
        analyses.run_again(smear=case.smears.first(), by=reader, at=case.submitted_at)


@pytest.mark.parametrize(
    ("finding", "facts"),
    [
        (Finding.NO_BLASTS_SEEN, {"pattern_class": "pro"}),
        (Finding.NO_BLASTS_SEEN, {"blast_percentage": Decimal(80)}),
        (Finding.BLASTS_SUSPECTED, {"pattern_class": "benign"}),
        (Finding.INDETERMINATE, {"pattern_class": "early"}),
        (Finding.UNSUITABLE, {"pattern_class": "pre"}),
    ],
)
def test_opinion_that_contradicts_itself_is_refused(case, reader, finding, facts):
    with pytest.raises(errors.OpinionContradicts):
        decide(case, reader, Decision.CORRECT, finding=finding, reasons="Seen by eye.", **facts)
    assert not Review.objects.exists()


def test_no_blasts_does_not_go_with_blasts_in_the_tally(case, reader):
    with pytest.raises(errors.OpinionContradicts, match="tally"):
        decide(case, reader, Decision.CORRECT, finding="no_blasts_seen", reasons="Seen by eye.", tally={"blast": 5})


@pytest.mark.parametrize(
    ("finding", "facts"),
    [
        (Finding.NO_BLASTS_SEEN, {"pattern_class": "benign", "blast_percentage": Decimal(0)}),
        (Finding.BLASTS_SUSPECTED, {"pattern_class": "pro", "blast_percentage": Decimal(80)}),
        (Finding.INDETERMINATE, {"blast_percentage": Decimal(3)}),
    ],
)
def test_opinion_that_agrees_with_itself_is_taken(case, reader, finding, facts):
    review = decide(case, reader, Decision.CORRECT, finding=finding, reasons="Seen by eye.", **facts)
    assert review.pattern_class == facts.get("pattern_class", "")


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
