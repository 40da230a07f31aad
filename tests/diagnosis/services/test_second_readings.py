"""Which cases are read twice, by whom, and who signs in the end."""

import pytest
from django.utils import timezone

from diagnosis import errors, selectors
from diagnosis.choices import CaseStatus, Decision, Finding, Meaning, ReadingKind, ReadingReason
from diagnosis.models import AuditRecord, ReadingRequest, Review, SignedReport
from diagnosis.services import deliveries, holding, reviews, second_readings
from tests import factories

pytestmark = pytest.mark.django_db

READERS = ("first", "second", "third", "uploader", "submitter")


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(second_reading_share=100)


@pytest.fixture
def people(clinic):
    people = {name: factories.specialist(clinic) for name in READERS}
    people["submitter"].memberships.create(clinic=clinic, role="submitter")
    return people


@pytest.fixture
def case(clinic, people):
    case = factories.case(by=people["submitter"], clinic=clinic)
    for by in ("submitter", "submitter", "uploader"):
        factories.analyse(factories.smear(case, by=people[by]))
    case.refresh_from_db()
    return case


def decide(case, by, finding=Finding.NO_BLASTS_SEEN, **facts):
    case.refresh_from_db()
    agrees = finding == Finding.NO_BLASTS_SEEN
    return reviews.decide(
        case=case,
        by=by,
        finding=finding,
        **{
            "decision": Decision.AGREE if agrees else Decision.CORRECT,
            "reasons": "" if agrees else "Seen by eye.",
            "seen_stage_report": case.current_stage_report_id,
            **facts,
        },
    )


def sign(review, by):
    return reviews.sign_off(review=review, by=by, password=factories.PASSWORD, seen=reviews.preview(review)[1])


def read_first(case, people):
    return sign(decide(case, people["first"]), people["first"])


def read_second(case, people, finding=Finding.NO_BLASTS_SEEN):
    return reviews.commit(review=decide(case, people["second"], finding), by=people["second"])


def test_first_signature_keeps_the_opinion_and_asks_for_another_reader(case, people):
    holding.hold(case=case, by=people["first"])
    request = read_first(case, people)
    assert isinstance(request, ReadingRequest)
    assert (request.kind, request.reason, request.asked_by) == (ReadingKind.SECOND, ReadingReason.SHARE, None)
    case.refresh_from_db()
    assert (case.status, case.held_by, case.reviews.get().kind) == (CaseStatus.OPEN, None, ReadingKind.FIRST)
    assert not SignedReport.objects.exists()


def test_second_reader_who_agrees_verifies_and_signs(case, people):
    read_first(case, people)
    second = read_second(case, people)
    assert (second.kind, second.is_blind) == (ReadingKind.SECOND, True)
    report = sign(second, people["second"])
    assert (report.review, report.signed_by, report.meaning) == (second, people["second"], Meaning.VERIFIED)


def test_readings_that_differ_go_to_a_third_who_signs(case, people):
    read_first(case, people)
    second = read_second(case, people, Finding.BLASTS_SUSPECTED)
    request = ReadingRequest.objects.get(kind=ReadingKind.ADJUDICATION)
    assert request.reason == ReadingReason.DISAGREEMENT
    with pytest.raises(errors.NotYourReading):
        sign(second, people["second"])
    decided = decide(case, people["third"], Finding.BLASTS_SUSPECTED)
    assert (decided.kind, decided.is_blind) == (ReadingKind.ADJUDICATION, False)
    report = sign(decided, people["third"])
    assert (report.meaning, report.review.finding) == (Meaning.AUTHORED, Finding.BLASTS_SUSPECTED)


def test_second_reader_who_comes_to_differ_after_looking_does_not_sign(case, people):
    read_first(case, people)
    read_second(case, people)
    changed = decide(case, people["second"], Finding.INDETERMINATE)
    assert (changed.kind, changed.is_blind) == (ReadingKind.SECOND, False)
    assert sign(changed, people["second"]).kind == ReadingKind.ADJUDICATION
    blind, later = Review.objects.filter(kind=ReadingKind.SECOND).order_by("reviewed_at")
    assert (blind.is_blind, later.is_blind) == (True, False), "both stay; statistics take the blind one"


def first_asked(case, people):
    """Leave the case as it came."""


def second_asked(case, people):
    read_first(case, people)


def agreed(case, people):
    read_first(case, people)
    read_second(case, people)


def adjudication_asked(case, people):
    read_first(case, people)
    read_second(case, people, Finding.BLASTS_SUSPECTED)


OWN, NOT_THEIRS = errors.OwnCase, errors.NotYourReading
# What an opinion of each specialist is at each stage, or why it is refused.
STAGES = {
    first_asked: {"first": "first", "second": "first", "third": "first"},
    second_asked: {"first": NOT_THEIRS, "second": "second", "third": "second"},
    agreed: {"first": "first", "second": "second", "third": "first"},
    adjudication_asked: {"first": NOT_THEIRS, "second": NOT_THEIRS, "third": "adjudication"},
}


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_each_specialist_at_each_stage(case, people, stage):
    stage(case, people)
    found = {}
    for name in READERS:
        try:
            found[name] = decide(case, people[name]).kind
        except errors.NotAllowed as refusal:
            found[name] = type(refusal)
    assert found == {**STAGES[stage], "uploader": OWN, "submitter": OWN}


def test_opinion_written_before_the_second_reading_was_asked_for_signs_nothing(case, people):
    written = decide(case, people["second"])
    read_first(case, people)
    with pytest.raises(errors.StalePage):
        sign(written, people["second"])


def test_blind_opinion_is_committed_before_it_is_signed(case, people):
    read_first(case, people)
    with pytest.raises(errors.ReadsBlind):
        sign(decide(case, people["second"]), people["second"])


def test_audit_trail_says_nothing_of_a_finding(case, people):
    adjudication_asked(case, people)
    details = " ".join(str(record.detail) for record in AuditRecord.objects.filter(case=case))
    assert not any(finding in details for finding in Finding.values)


def test_colleague_is_asked_with_an_opinion_and_once(clinic, case, people):
    clinic.second_reading_share = 0
    clinic.save()
    reviews.commit(review=decide(case, people["first"]), by=people["first"], asks_colleague=True)
    request = ReadingRequest.objects.get()
    assert (request.reason, request.asked_by) == (ReadingReason.ASKED, people["first"])
    second = decide(case, people["second"])
    with pytest.raises(errors.Conflict):
        reviews.commit(review=second, by=people["second"], asks_colleague=True)


@pytest.mark.parametrize(
    ("share", "flagged", "finding", "label", "reason"),
    [
        (100, False, Finding.NO_BLASTS_SEEN, "benign", ReadingReason.SHARE),
        (0, False, Finding.NO_BLASTS_SEEN, "benign", None),
        (100, False, Finding.INDETERMINATE, "benign", None),
        (100, False, Finding.BLASTS_SUSPECTED, "benign", None),
        (0, True, Finding.BLASTS_SUSPECTED, "benign", ReadingReason.FLAGGED),
        (0, True, Finding.NO_BLASTS_SEEN, "early", ReadingReason.FLAGGED),
        (0, False, Finding.NO_BLASTS_SEEN, "early", None),
        (0, True, Finding.NO_BLASTS_SEEN, "benign", None),
    ],
)
def test_which_cases_are_read_twice(share, flagged, finding, label, reason):
    clinic = factories.ClinicFactory.create(second_reading_share=share, second_reading_of_flagged=flagged)
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result(label)] * 3)
    review = decide(case, factories.specialist(clinic), finding, decision=Decision.CORRECT, reasons="By eye.")
    assert second_readings.why_read_twice(case, review) == reason


def test_share_is_drawn_by_the_case_alone_and_comes_out_even(clinic):
    clinic.second_reading_share = 20
    cases = [factories.Case(clinic=clinic) for _ in range(2000)]
    drawn = [case for case in cases if second_readings.is_drawn(case)]
    assert drawn == [case for case in cases if second_readings.is_drawn(case)]
    assert 320 < len(drawn) < 480, "20 % of 2000, within five standard deviations"


def test_blind_clinic_keeps_the_blind_opinion_beside_the_later_one():
    clinic = factories.ClinicFactory.create(reads_blind=True)
    case = factories.analysed_case(clinic=clinic)
    reader = factories.specialist(clinic)
    blind = reviews.commit(review=decide(case, reader, Finding.BLASTS_SUSPECTED, reasons=""), by=reader)
    assert (blind.is_blind, blind.decision, blind.reasons) == (True, Decision.CORRECT, "")
    with pytest.raises(errors.ReasonsMissing):
        sign(blind, reader)
    report = sign(decide(case, reader, Finding.BLASTS_SUSPECTED, reasons="Scant cytoplasm."), reader)
    assert (report.review.is_blind, Review.objects.count()) == (False, 2)


def test_blind_opinion_that_agrees_is_signed_as_it_is():
    clinic = factories.ClinicFactory.create(reads_blind=True)
    case = factories.analysed_case(clinic=clinic)
    reader = factories.specialist(clinic)
    blind = reviews.commit(review=decide(case, reader, decision="", seen_stage_report=None), by=reader)
    assert (blind.decision, sign(blind, reader).review) == (Decision.AGREE, blind)


def test_amendment_is_not_read_twice(case, people):
    agreed(case, people)
    second = Review.objects.get(kind=ReadingKind.SECOND)
    sign(second, people["second"])
    review = decide(case, people["first"], at=timezone.now())
    seen = reviews.preview(review)[1]
    facts = {"password": factories.PASSWORD, "seen": seen, "amendment_reason": "Flow cytometry arrived."}
    assert reviews.sign_off(review=review, by=people["first"], **facts).version == 2


def test_colleague_asked_by_name_gets_an_e_mail_without_any_fact_of_the_patient(case, people):
    asked = people["third"]
    reviews.commit(review=decide(case, people["first"]), by=people["first"], asks_colleague=True, asked_of=asked)
    assert case.reading_requests.get().asked_of == asked
    delivery = case.deliveries.get(to=asked)
    mail = deliveries.message(delivery)
    assert mail.subject == f"A colleague at {case.clinic.name} asks for your opinion"
    for fact in (case.accession, case.patient.number, people["first"].last_name):
        assert fact not in mail.subject + mail.body
    assert AuditRecord.objects.get(act="reading_requested").detail["asked_of"] == asked.pk


@pytest.mark.parametrize("who", ["submitter", "uploader", "first"])
def test_nobody_is_asked_by_name_who_may_not_read_it(case, people, who):
    assert people[who] not in selectors.to_ask(case, by=people["first"])
    with pytest.raises(errors.Invalid):
        reviews.commit(
            review=decide(case, people["first"]), by=people["first"], asks_colleague=True, asked_of=people[who]
        )
    assert not case.reading_requests.exists()
    assert not Review.objects.exists()


def test_whom_to_ask_is_who_reads_for_the_clinic(case, people, clinic):
    factories.administrator(clinic)
    factories.specialist(clinic, is_active=False)
    factories.specialist(factories.ClinicFactory.create())
    assert set(selectors.to_ask(case, by=people["first"])) == {people["second"], people["third"]}
