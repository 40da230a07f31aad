"""The figures that a clinic answers for are counted from rows, over a period, for its own clinics only."""

from datetime import UTC, datetime, timedelta

import pytest

from diagnosis.choices import Decision, Finding, NoticeEventKind, ReadingKind, ReadingReason
from diagnosis.figures import TABLES, Scope
from diagnosis.figures.kappa import kappa
from diagnosis.figures.plot import Row, bars, ranges
from diagnosis.figures.table import Column, Kind, share
from diagnosis.figures.turnaround import TICKS
from diagnosis.models import Case, Device, Notice, NoticeEvent, ReadingRequest, Review, SignedReport
from tests import factories

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(name="Klinikk Nord", routine_target=60)


@pytest.fixture
def doctor(clinic):
    return factories.submitter(clinic)


@pytest.fixture
def scope(clinic):
    return Scope([clinic], START, START + timedelta(days=7))


def rows(table, scope):
    return TABLES[table](scope).rows


def signed_after(doctor, minutes, **facts):
    """Open a case that was signed so many minutes later."""
    case = factories.analysed_case(by=doctor, at=START, **facts)
    Case.objects.filter(pk=case.pk).update(status="signed", signed_at=START + minutes * MINUTE)
    return case


def read(case, **facts):
    """Store a first reading of a case, and sign the case within the period."""
    said = {"decision": Decision.AGREE, "finding": Finding.NO_BLASTS_SEEN, "reasons": "Seen otherwise.", **facts}
    reader = factories.specialist(case.clinic)
    Case.objects.filter(pk=case.pk).update(status="signed", signed_at=START + MINUTE)
    report = case.current_stage_report
    return Review.objects.create(case=case, reviewer=reader, stage_report=report, reviewed_at=START, **said)


def test_turnaround_counts_what_was_signed_in_the_period_by_urgency(doctor, scope):
    for minutes in (10, 20, 90):
        signed_after(doctor, minutes)
    signed_after(doctor, 10 * 24 * 60)
    signed_after(factories.submitter(factories.ClinicFactory.create()), 10)
    factories.case(by=doctor, at=START)
    by_name = {row["name"]: row for row in rows("turnaround", scope)}
    routine = by_name["Routine"]
    assert (routine["signed"], routine["in_time"], routine["open"], routine["overdue"]) == (3, 2, 1, 1)
    assert routine["median"] / MINUTE == pytest.approx(20, rel=0.005)
    assert routine["p95"] / MINUTE == pytest.approx(83, rel=0.005)
    assert routine["target"] == 60 * MINUTE
    assert by_name["Urgent"]["signed"] == 0


def test_critical_cases_are_a_row_of_their_own(doctor, scope):
    signed_after(doctor, 15, results=[factories.machine_result("early")] * 3)
    by_name = {row["name"]: row for row in rows("turnaround", scope)}
    assert by_name["Critical"]["signed"] == 1
    assert by_name["Routine"]["signed"] == 0


def test_differing_targets_are_not_averaged(clinic):
    other = factories.ClinicFactory.create(routine_target=120)
    both = Scope([clinic, other], START, START + timedelta(days=1))
    targets = {row["name"]: row["target"] for row in rows("turnaround", both)}
    assert targets["Routine"] is None
    assert targets["Urgent"] == 240 * MINUTE


def notice(case, *events):
    row = Notice.objects.create(
        case=case,
        stage_report=case.current_stage_report,
        raised_at=START,
        notify_by=START + 5 * MINUTE,
        acknowledge_by=START + 30 * MINUTE,
    )
    for kind, minutes, facts in events:
        NoticeEvent.objects.create(notice=row, kind=kind, at=START + minutes * MINUTE, **facts)


def test_told_and_acknowledged_in_time_are_shares_of_all_notices(doctor, scope):
    first, late, silent = (factories.analysed_case(by=doctor, at=START) for _ in range(3))
    called = {"spoken_to": "Dr Solheim", "read_back": True}
    notice(
        first,
        (NoticeEventKind.SENT, 1, {}),
        (NoticeEventKind.ACKNOWLEDGED, 10, {}),
        (NoticeEventKind.CALLED, 12, called),
    )
    notice(
        late,
        (NoticeEventKind.NOBODY_ON_CALL, 0, {}),
        (NoticeEventKind.SENT, 9, {}),
        (NoticeEventKind.ESCALATED, 30, {}),
        (NoticeEventKind.CLOSED, 50, {}),
    )
    notice(silent)
    [row] = rows("critical", scope)
    assert (row["name"], row["raised"], row["told"], row["answered"]) == ("Klinikk Nord", 3, 1, 1)
    assert row["told_share"].written == "1 of 3"
    assert (row["escalated"], row["unattended"], row["called"]) == (1, 1, 1)
    assert row["median"] / MINUTE == pytest.approx(30, rel=0.005)


def test_machine_answers_are_counted_by_clinic_and_device(clinic, doctor, scope):
    device = Device.objects.create(clinic=clinic, name="Olympus 100x")
    outcomes = [factories.machine_result(), factories.unanswered("novel"), factories.unanswered("abstained")]
    factories.analysed_case(by=doctor, at=START, results=outcomes, device="old camera")
    on_device = factories.case(by=doctor, at=START)
    Case.objects.filter(pk=on_device.pk).update(microscope=device)
    scope = Scope([clinic], datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1))
    factories.analyse(factories.smear(on_device), factories.unanswered())
    typed, named = sorted(rows("machine", scope), key=lambda row: row["device"] == device.name)
    assert (typed["device"], typed["analyses"]) == ("old camera", 3)
    assert (typed["classified"], typed["novel"], typed["abstained"], typed["unsuitable"]) == (1, 1, 1, 0)
    assert (named["device"], named["unsuitable"], named["in_time_share"].value) == (device.name, 1, 1.0)
    only = Scope([clinic], scope.since, scope.until, device)
    assert [row["device"] for row in rows("machine", only)] == [device.name]


def test_another_image_after_an_unsuitable_one_is_a_retake(clinic, doctor):
    scope = Scope([clinic], datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1))
    retaken, left = factories.case(by=doctor), factories.case(by=doctor)
    for case in (retaken, left):
        factories.smear(case)
        factories.analyse(factories.smear(case), factories.unanswered())
    factories.smear(retaken)
    [row] = rows("machine", scope)
    assert (row["unsuitable_cases"], row["retaken"], row["retaken_share"].written) == (2, 1, "1 of 2")


def test_answers_later_than_the_clinics_target_are_not_in_time(clinic, doctor):
    case = factories.case(by=doctor)
    asked = datetime.now(UTC)
    factories.analyse(factories.smear(case, at=asked - 3 * MINUTE), at=asked)
    factories.analyse(factories.smear(case, at=asked - MINUTE), at=asked)
    [row] = rows("machine", Scope([clinic], asked - timedelta(days=1), asked + timedelta(days=1)))
    assert row["in_time_share"].value == 0.5


def test_agreement_stands_by_network_and_by_how_it_was_read(doctor, scope):
    other = factories.machine_result(pins={"artefact": "second-1.0.0", "model_sha256": "2" * 64})
    for _ in range(2):
        read(factories.analysed_case(by=doctor, at=START))
    read(
        factories.analysed_case(by=doctor, at=START),
        decision=Decision.CORRECT,
        finding=Finding.BLASTS_SUSPECTED,
        is_blind=True,
    )
    read(factories.analysed_case(by=doctor, at=START, results=[other] * 3), decision=Decision.REJECT)
    found = {(row["model"], row["read"]): row for row in rows("agreement", scope)}
    assert set(found) == {
        ("drawn-by-test", "with the result in view"),
        ("drawn-by-test", "blind"),
        ("second-1.0.0", "with the result in view"),
    }
    seen = found["drawn-by-test", "with the result in view"]
    assert (seen["cases"], seen["agreed"], seen["pairs"], seen["kappa"]) == (2, 2, 2, None)
    assert found["drawn-by-test", "blind"]["corrected"] == 1
    assert found["second-1.0.0", "with the result in view"]["rejected"] == 1


def test_the_blind_reading_counts_and_not_the_changed_mind(doctor, scope):
    case = factories.analysed_case(by=doctor, at=START)
    read(case, is_blind=True, decision=Decision.CORRECT, finding=Finding.BLASTS_SUSPECTED)
    read(case)
    [row] = rows("agreement", scope)
    assert (row["read"], row["cases"], row["corrected"]) == ("blind", 1, 1)


def test_what_an_amendment_says_is_no_first_reading(doctor, scope):
    case = factories.analysed_case(by=doctor, at=START)
    first, changed = (read(case), read(case, decision=Decision.CORRECT, finding=Finding.BLASTS_SUSPECTED))
    for version, review in enumerate((first, changed), 1):
        SignedReport.objects.create(
            case=case,
            version=version,
            review=review,
            signed_by=review.reviewer,
            signed_at=START,
            meaning="amended" if version > 1 else "authored",
            amendment_reason="Seen again." if version > 1 else "",
            content={},
            sha256="0" * 64,
        )
    [row] = rows("agreement", scope)
    assert (row["agreed"], row["corrected"]) == (1, 0)


def test_kappa_has_its_interval_from_ten_cases_on():
    found = kappa(20, 5, 10, 15)
    assert found.value == pytest.approx(0.4)
    # Fleiss, Cohen and Everitt's standard error of this table is 0.127.
    assert (found.low, found.high) == (pytest.approx(0.151, abs=5e-4), pytest.approx(0.649, abs=5e-4))
    assert kappa(5, 0, 0, 4) is None
    assert kappa(0, 0, 0, 40) is None
    assert kappa(20, 0, 0, 20).value == 1


def test_second_readings_and_disagreements_stand_by_their_reason(doctor, scope):
    for differ in (False, True):
        case = factories.analysed_case(by=doctor, at=START)
        ReadingRequest.objects.create(case=case, kind=ReadingKind.SECOND, reason=ReadingReason.SHARE, asked_at=START)
        read(case, kind=ReadingKind.SECOND)
        if differ:
            ReadingRequest.objects.create(
                case=case, kind=ReadingKind.ADJUDICATION, reason=ReadingReason.DISAGREEMENT, asked_at=START
            )
    case = factories.analysed_case(by=doctor, at=START)
    ReadingRequest.objects.create(case=case, kind=ReadingKind.SECOND, reason=ReadingReason.FLAGGED, asked_at=START)
    drawn, flagged = sorted(rows("readings", scope), key=lambda row: row["asked"], reverse=True)
    assert (drawn["asked"], drawn["read"], drawn["differed"]) == (2, 2, 1)
    assert drawn["differed_share"].written == "1 of 2"
    assert (flagged["asked"], flagged["read"], flagged["differed_share"], flagged["adjudicated"]) == (1, 0, None, 0)


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (Kind.SPAN, timedelta(seconds=12), "12 s"),
        (Kind.SPAN, timedelta(seconds=252), "4.2 min"),
        (Kind.SPAN, timedelta(hours=36), "1.5 d"),
        (Kind.SHARE, share(19, 19), "19 of 19"),
        (Kind.SHARE, share(18, 20), "90.0 % (69.9 to 97.2)"),
        (Kind.NUMBER, 0.4049, "0.40"),
        (Kind.COUNT, 0, "0"),
        (Kind.SHARE, None, ""),
    ],
)
def test_values_are_written_with_as_much_as_a_reader_needs(kind, value, written):
    assert Column("x", "x", kind).written(value) == written


def test_a_file_holds_times_that_a_page_writes_in_seconds():
    assert Column("x", "x", Kind.SPAN).raw(timedelta(seconds=0.2)) == (0.0033,)


def test_a_long_label_stands_in_two_lines_and_is_not_cut():
    name = "blast-suspect case of a clinic that reads each of them twice"
    [bar] = bars([Row(name, (0.5,), "50 %")], axis="Share", legend=("differed",), unit=str).bars
    assert " ".join(line for _, line in bar.label) == name
    assert len(bar.label) == 2


def test_two_minutes_are_seen_beside_a_target_of_a_day():
    row = Row("Routine", (120.0, 1200.0), "2.0 min · 20 min (n = 9)", mark=86400.0)
    plot = ranges([row], axis="Time", legend=("half", "most"), ticks=TICKS, mark_legend="target")
    assert [name for _, name in plot.scale] == ["1 min", "10 min", "1 h", "4 h", "24 h"]
    [bar] = plot.bars
    between, half = bar.segments
    assert between.width > 100
    assert plot.scale[0][0] < half.x < plot.scale[1][0]
    assert bar.mark == plot.scale[-1][0]


def test_a_time_on_a_tick_and_nothing_else_still_has_a_scale():
    plot = ranges([Row("Stat", (60.0, 60.0), "1 min")], axis="Time", legend=("half", "most"), ticks=TICKS)
    assert len(plot.scale) == 2
    assert ranges([], axis="Time", legend=("half", "most"), ticks=TICKS) is None
