"""Days that have ended are counted once, and what the figures say does not depend on whether they were."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from diagnosis.choices import NoticeEventKind, ReadingKind
from diagnosis.figures import TABLES, Scope
from diagnosis.figures.daily import midnight
from diagnosis.models import Analysis, Case, Clinic, CountedDay, Device, Notice, NoticeEvent, Review, StageReport
from diagnosis.services.figures import count_days
from tests import factories
from tests.diagnosis.multiplied import unguarded

pytestmark = pytest.mark.django_db

DAYS_AGO = 3


@pytest.fixture
def case():
    """A case of three days ago that was read and signed then; its second image was unsuitable."""
    clinic = factories.ClinicFactory.create()
    case = factories.analysed_case(
        clinic=clinic, results=[factories.machine_result("early"), factories.unanswered()], device="old camera"
    )
    review(case)
    at = timezone.now() - timedelta(days=DAYS_AGO)
    with unguarded():
        Case.objects.update(submitted_at=at, signed_at=at, status="signed")
        Analysis.objects.update(queued_at=at, finished_at=at + timedelta(seconds=12))
        StageReport.objects.update(composed_at=at)
        Review.objects.update(reviewed_at=at)
        Notice.objects.update(
            raised_at=at, notify_by=at + timedelta(minutes=5), acknowledge_by=at + timedelta(minutes=30)
        )
        NoticeEvent.objects.update(at=at)
        case.smears.update(uploaded_at=at)
    case.refresh_from_db()
    return case


def review(case, **facts):
    said = {"decision": "agree", "finding": "blasts_suspected", **facts}
    reader = factories.specialist(case.clinic)
    report = case.current_stage_report
    return Review.objects.create(case=case, reviewer=reader, stage_report=report, reviewed_at=timezone.now(), **said)


def week(case, device=None):
    now = timezone.now()
    today = timezone.localdate()
    return Scope([case.clinic], midnight(today - timedelta(days=7)), now + timedelta(minutes=1), device)


def said(case):
    return {name: counted(week(case)).rows for name, counted in TABLES.items()}


def test_kept_days_say_what_the_rows_say(case):
    before = said(case)
    assert [row["analyses"] for row in before["machine"]] == [2]
    assert count_days(at=timezone.now(), patience=60) > 0
    assert said(case) == before


def test_notice_that_still_has_time_is_in_no_share_and_late_once_it_is_over(case):
    with unguarded():
        Notice.objects.update(acknowledge_by=timezone.now() + timedelta(minutes=20))
    count_days(at=timezone.now(), patience=60)
    assert [(row["raised"], row["answered_share"]) for row in said(case)["critical"]] == [(1, None)]
    with unguarded():
        Notice.objects.update(acknowledge_by=timezone.now() - timedelta(seconds=1))
    assert [row["answered_share"].written for row in said(case)["critical"]] == ["0 of 1"]


def test_a_kept_day_is_not_counted_again(case):
    count_days(at=timezone.now(), patience=60)
    assert count_days(at=timezone.now(), patience=60) == 0
    CountedDay.objects.filter(table="machine").update(groups=[])
    assert said(case)["machine"] == []


def test_today_is_not_kept(case):
    count_days(at=timezone.now(), patience=60)
    assert not CountedDay.objects.filter(day__gte=timezone.localdate()).exists()


def test_a_round_ends_when_its_time_is_over(case):
    assert count_days(at=timezone.now(), patience=0) == 1
    assert CountedDay.objects.get().day == timezone.localdate() - timedelta(days=1)


def retake(case):
    with unguarded():
        factories.case(clinic=case.clinic)
        first = case.smears.first()
        first.pk, first.number, first.sha256, first.uploaded_at = None, 9, "9" * 64, timezone.now()
        first._state.adding = True
        first.save()


def read_again(case):
    review(case, decision="correct", reasons="Seen otherwise.", is_blind=True)


def call(case):
    NoticeEvent.objects.create(
        notice=case.notice, kind=NoticeEventKind.CALLED, at=timezone.now(), spoken_to="Dr Solheim", read_back=True
    )


def rename(case):
    """Put the device right in the administration, which leaves its own record."""
    Case.objects.filter(pk=case.pk).update(device="new camera")
    kind = ContentType.objects.get_for_model(Case)
    LogEntry.objects.create(user=case.submitted_by, content_type=kind, object_id=str(case.pk), action_flag=2)


def move_target(case):
    Clinic.objects.filter(pk=case.clinic_id).update(machine_target=0)
    case.clinic.refresh_from_db()


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("machine", retake),
        ("machine", rename),
        ("machine", move_target),
        ("agreement", read_again),
        ("critical", call),
    ],
)
def test_what_changes_a_past_day_is_in_the_figures_at_once_and_kept_later(case, table, change):
    counted_at = timezone.now() - timedelta(hours=2)
    count_days(at=counted_at, patience=60)
    before = said(case)[table]
    change(case)
    after = said(case)[table]
    assert after != before
    count_days(at=timezone.now(), patience=60)
    assert said(case)[table] == after
    CountedDay.objects.all().delete()
    assert said(case)[table] == after


def test_kept_days_are_divided_by_device(case):
    device = Device.objects.create(clinic=case.clinic, name="Olympus 100x")
    other = Device.objects.create(clinic=case.clinic, name="Zeiss 63x")
    Case.objects.filter(pk=case.pk).update(microscope=device)
    count_days(at=timezone.now(), patience=60)
    assert [row["device"] for row in TABLES["machine"](week(case, device)).rows] == ["Olympus 100x"]
    assert TABLES["machine"](week(case, other)).rows == []


def test_a_second_reading_given_later_counts_on_the_day_it_was_asked_for(case):
    at = timezone.now() - timedelta(days=DAYS_AGO)
    case.reading_requests.create(kind=ReadingKind.SECOND, reason="share", asked_at=at)
    count_days(at=timezone.now() - timedelta(hours=2), patience=60)
    assert [row["read"] for row in said(case)["readings"]] == [0]
    review(case, kind=ReadingKind.SECOND)
    assert [row["read"] for row in said(case)["readings"]] == [1]
