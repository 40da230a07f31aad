"""A specialist who suspects blasts makes a case critical, whatever the machine said of it."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from diagnosis import errors, selectors
from diagnosis.choices import CaseStatus, DeliveryKind, Finding, NoticeEventKind
from diagnosis.models import Delivery, Notice
from diagnosis.rendering.sheet import sheet
from diagnosis.services import notices, reviews
from tests import factories
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db

NEGATIVE = {"finding": Finding.NO_BLASTS_SEEN, "decision": "agree", "reasons": ""}


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def case(clinic):
    case = factories.analysed_case(clinic=clinic)
    assert not case.is_critical
    return case


@pytest.fixture
def reader(clinic):
    return factories.specialist(clinic)


@pytest.fixture
def on_call(clinic):
    colleague = factories.specialist(clinic)
    now = timezone.now()
    clinic.on_call.create(
        user=colleague, rank=1, starts_at=now - dt.timedelta(hours=1), ends_at=now.replace(year=now.year + 1)
    )
    return colleague


def opinion(case, by, finding=Finding.BLASTS_SUSPECTED):
    case.refresh_from_db()
    return reviews.decide(
        case=case,
        by=by,
        finding=finding,
        decision="correct",
        reasons="Seen by eye.",
        seen_stage_report=case.current_stage_report_id,
    )


def steps(case):
    return [step.kind for step in selectors.progress_of_case(case).steps]


def call(**facts):
    return notices.record_call(Notice.objects.get(), spoken_to="Dr Karimi", read_back=True, at=timezone.now(), **facts)


def outstanding(user):
    return [notice.case for notice in selectors.outstanding_notices(user, at=timezone.now())]


def test_blasts_that_only_the_reader_saw_leave_a_call_to_make(case, reader, on_call):
    sign(case, by=reader)
    case.refresh_from_db()
    assert (case.is_critical, case.status) == (True, CaseStatus.SIGNED)
    assert sorted(steps(case)) == [NoticeEventKind.CLOSED, NoticeEventKind.RAISED]
    assert not Delivery.objects.filter(kind=DeliveryKind.CRITICAL).exists(), "who signed knows already"
    assert outstanding(reader) == [case]
    call(by=reader, version=1)
    assert outstanding(reader) == []


def test_case_that_waits_for_another_reading_becomes_critical_at_once(case, reader, on_call):
    due = case.due_at
    reviews.commit(review=opinion(case, reader), by=reader, asks_colleague=True)
    case.refresh_from_db()
    assert case.is_critical
    assert case.due_at < due
    assert [delivery.to for delivery in Delivery.objects.filter(kind=DeliveryKind.CRITICAL)] == [on_call]
    assert selectors.progress_of_case(case).is_waiting


def test_reader_on_call_is_not_told_of_the_own_opinion_where_somebody_else_can_be(case, on_call):
    colleague = factories.specialist(case.clinic)
    reviews.commit(review=opinion(case, on_call), by=on_call, asks_colleague=True)
    assert [delivery.to for delivery in Delivery.objects.filter(kind=DeliveryKind.CRITICAL)] == [colleague]


def test_negative_opinion_and_a_case_that_is_critical_already_raise_nothing(case, clinic, reader):
    sign(case, by=reader, **NEGATIVE)
    assert not Notice.objects.exists()
    flagged = factories.analysed_case(clinic=clinic, results=[factories.machine_result("early") for _ in range(3)])
    sign(flagged, by=reader, decision="agree", reasons="")
    assert Notice.objects.get().stage_report == flagged.current_stage_report


def test_who_reads_blind_is_not_told_who_suspected_blasts(case, reader):
    blind = factories.specialist(case.clinic)
    reviews.commit(review=opinion(case, reader), by=reader, asks_colleague=True)
    raised = {
        user: next(line for line in selectors.timeline(case, user) if line.words == "Critical notice raised").by
        for user in (reader, blind)
    }
    assert raised == {reader: reader.signature_name, blind: ""}


def test_amendment_that_changes_the_finding_is_called_through_again_and_told(case, reader):
    sign(case, by=reader)
    call(by=reader, version=1)
    colleague = factories.specialist(case.clinic)
    sign(case, by=colleague, amendment_reason="Reviewed again.", **NEGATIVE)
    assert outstanding(reader) == [case]
    assert not selectors.progress_of_case(case).is_called
    told = Delivery.objects.filter(kind=DeliveryKind.AMENDED).values_list("to", flat=True)
    assert set(told) == {case.submitted_by_id, reader.pk}
    call(by=colleague, version=2)
    assert outstanding(reader) == []


def test_call_about_a_version_that_was_amended_meanwhile_is_refused(case, reader):
    sign(case, by=reader)
    sign(case, by=reader, amendment_reason="Flow cytometry arrived.", **NEGATIVE)
    for version in (0, 1):
        with pytest.raises(errors.Conflict, match="say what version 2 says"):
            call(by=reader, version=version)
    assert outstanding(reader) == [case]
    call(by=reader, version=2)
    assert outstanding(reader) == []


def test_doctor_who_was_called_about_the_flag_is_called_again_when_no_blasts_are_signed(clinic, reader):
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result("early") for _ in range(3)])
    call(by=reader)
    sign(case, by=reader, **NEGATIVE | {"decision": "correct", "reasons": "Lymphocytes."})
    assert outstanding(reader) == [case]
    progress = selectors.progress_of_case(case)
    assert (progress.is_called, progress.outdated_version) == (False, 0)
    call(by=reader, version=1)
    assert outstanding(reader) == []


@pytest.mark.parametrize("is_called", [True, False])
def test_signature_that_says_what_was_told_or_after_no_call_revises_nothing(clinic, reader, is_called):
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result("early") for _ in range(3)])
    if is_called:
        call(by=reader)
    sign(
        case,
        by=reader,
        **(
            {"decision": "agree", "reasons": ""}
            if is_called
            else NEGATIVE | {"decision": "reject", "reasons": "Smudges."}
        ),
    )
    assert NoticeEventKind.REVISED not in steps(case)


def test_old_case_whose_finding_changed_is_to_be_called_through_again(case, reader):
    with time_machine.travel(timezone.now() - dt.timedelta(days=40)):
        sign(case, by=reader)
        call(by=reader, version=1)
    assert outstanding(reader) == []
    sign(case, by=reader, amendment_reason="Flow cytometry arrived.", **NEGATIVE)
    assert outstanding(reader) == [case]


def test_amendment_that_leaves_the_finding_needs_no_further_call(case, reader):
    sign(case, by=reader)
    call(by=reader, version=1)
    sign(case, by=reader, amendment_reason="Spelling.", reasons="Seen by eye, twice.")
    assert selectors.progress_of_case(case).is_called


def test_one_reader_does_not_undo_what_several_came_to(case, reader):
    second, third = factories.specialist(case.clinic), factories.specialist(case.clinic)
    reviews.commit(review=opinion(case, reader, Finding.INDETERMINATE), by=reader, asks_colleague=True)
    reviews.commit(review=opinion(case, second), by=second)
    sign(case, by=third)
    with pytest.raises(errors.NotAllowed, match=f"Only {third.signature_name} may change its finding"):
        sign(case, by=reader, amendment_reason="Reviewed again.", **NEGATIVE)
    with pytest.raises(errors.NotAllowed, match="rests on more than one reading"):
        reviews.require_as_written(case, opinion(case, reader, Finding.INDETERMINATE), reader, timezone.now())
    assert sign(case, by=reader, amendment_reason="A word.", reasons="Seen by eye, all three.").version == 2
    with pytest.raises(errors.NotAllowed, match="speak to each other"):
        sign(case, by=reader, amendment_reason="Reviewed again.", **NEGATIVE)
    assert sign(case, by=third, amendment_reason="Reviewed again.", **NEGATIVE).version == 3
    with pytest.raises(errors.NotAllowed):
        sign(case, by=reader, amendment_reason="No, blasts.")
    third.memberships.all().delete()
    assert sign(case, by=reader, amendment_reason="Who signed has left.").version == 4


def test_report_says_which_version_the_call_was_about(case, reader):
    first = sign(case, by=reader)
    call(by=reader, version=1)
    second = sign(case, by=reader, amendment_reason="Flow cytometry arrived.", **NEGATIVE)
    third = sign(case, by=reader, amendment_reason="Spelling.", **NEGATIVE | {"reasons": "Seen by eye, twice."})
    call(by=reader, version=3)
    fourth = sign(case, by=reader, amendment_reason="Spelling.", **NEGATIVE)
    told = [report.content["critical"] and report.content["critical"]["call"] for report in (first, second, third)]
    assert [each and each["version"] for each in told] == [None, 1, 1]
    assert any("called by" in step and "about version 1" in step for step in sheet(second.content)["critical"])
    assert fourth.content["critical"]["call"]["version"] == 3


def test_call_before_anything_was_signed_says_so_in_the_report(clinic, reader):
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result("early")] * 3)
    call(by=reader)
    assert any("before a report was signed" in step for step in sheet(sign(case, by=reader).content)["critical"])


def test_call_about_a_finding_that_changed_is_told_until_somebody_calls_again(case, reader):
    sign(case, by=reader)
    call(by=reader, version=1)
    assert selectors.progress_of_case(case).outdated_call is None
    sign(case, by=reader, amendment_reason="Flow cytometry arrived.", **NEGATIVE)
    progress = selectors.progress_of_case(case)
    assert (progress.call, progress.outdated_call.spoken_to, progress.outdated_version) == (None, "Dr Karimi", 1)
    call(by=reader, version=2)
    assert selectors.progress_of_case(case).outdated_call is None
