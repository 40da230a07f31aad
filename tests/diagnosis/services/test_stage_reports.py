import pytest
from django.utils import timezone

from diagnosis.choices import Priority, Statement
from diagnosis.models import StageReport
from diagnosis.services import analyses, intake
from tests import factories

pytestmark = pytest.mark.django_db


def test_it_works():
    case = factories.analysed_case()
    report = case.current_stage_report
    assert report.statement == Statement.NOT_FLAGGED
    assert report.version == 1
    assert report.images.count() == 3


def test_statement_waits_for_the_last_image():
    case = factories.case()
    first, second = factories.smear(case), factories.smear(case)
    factories.analyse(first)
    assert not StageReport.objects.exists()
    factories.analyse(second)
    assert StageReport.objects.get().usable_images == 2


def test_image_added_later_makes_a_new_version():
    case = factories.analysed_case()
    factories.analyse(factories.smear(case), factories.machine_result("pre"))
    case.refresh_from_db()
    assert case.current_stage_report.version == 2
    assert case.stage_reports.count() == 2


def test_flagged_case_becomes_critical_and_due_sooner():
    case = factories.analysed_case(results=[factories.machine_result("early") for _ in range(3)])
    assert case.is_critical
    wait = case.due_at - case.current_stage_report.composed_at
    assert wait.total_seconds() == case.clinic.critical_target * 60


def test_flag_never_moves_a_due_time_back():
    case = factories.case(priority=Priority.STAT)
    before = case.due_at
    factories.analyse(factories.smear(case), factories.machine_result("pro"))
    case.refresh_from_db()
    assert case.due_at == before


def test_further_images_of_a_critical_case_jump_the_queue():
    case = factories.analysed_case(results=[factories.machine_result("early")] * 3)
    assert intake.newest_analysis(factories.smear(case)).priority == Priority.STAT


def test_critical_stays_when_a_later_version_raises_no_flag():
    case = factories.analysed_case(results=[factories.machine_result("early")])
    reader = factories.specialist(case.clinic)
    analyses.run_again(smear=case.smears.get(), by=reader, at=timezone.now())
    factories.analyse(case.smears.get(), factories.machine_result("benign"))
    case.refresh_from_db()
    assert not case.current_stage_report.is_flagged
    assert case.is_critical


def test_unusable_images_are_left_out_and_counted():
    case = factories.analysed_case(results=[factories.machine_result(), factories.unanswered()])
    report = case.current_stage_report
    assert (report.usable_images, report.unusable_images) == (1, 1)
    assert report.statement == Statement.INSUFFICIENT
