"""Without its scheduler the product waits; with it back, or with two of them, everything is done, and once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from telediag.stack import programs
from tests.faults.conftest import Ward
from tests.faults.test_nothing_is_lost import SETTLES_WITHIN, analyses, kill_a_child

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
# Nobody acknowledges in these tests: with no minute to wait, each sweep tells the next ones, until everybody knows.
SET_LIMITS = "from diagnosis.models import Clinic; Clinic.objects.update(notice_target={0}, acknowledge_target={1})"
EVERYBODY = ["critical", "escalation", "escalation"]


@pytest.fixture(autouse=True)
def _impatient_clinic(ward: Ward) -> Iterator[None]:
    manage(ward, SET_LIMITS.format(0, 0))
    yield
    manage(ward, SET_LIMITS.format(5, 30))


def manage(ward: Ward, statement: str) -> None:
    command = [sys.executable, "manage.py", "shell", "-c", statement]
    subprocess.run(command, cwd=ROOT, env=ward.stack.environment, check=True, capture_output=True)


def is_analysed(ward: Ward, case: str) -> bool:
    return {status for status, _ in analyses(ward, case)} == {"succeeded"}


def escalations(ward: Ward, case: str) -> int:
    statement = """SELECT FROM diagnosis_noticeevent step JOIN diagnosis_notice notice ON notice.id = step.notice_id
        WHERE notice.case_id = %s AND step.kind = 'escalated'"""
    return len(ward.query(statement, case))


def mails(ward: Ward, case: str) -> list[str]:
    statement = "SELECT kind FROM diagnosis_delivery WHERE case_id = %s AND state = 'sent' ORDER BY created_at"
    return [kind for (kind,) in ward.query(statement, case)]


def files(ward: Ward) -> str:
    return "".join(path.read_text() for path in (ward.stack.var / "mail").glob("*.log"))


@contextmanager
def stopped_scheduler(ward: Ward) -> Iterator[None]:
    """Hold the scheduler still, so that nobody starts it again before it is killed."""
    os.kill(ward.process("scheduler").pid, signal.SIGSTOP)
    yield
    ward.kill("scheduler")


def test_sweep_mails_and_escalation_go_on_when_the_scheduler_is_back(ward: Ward, images: list[bytes]) -> None:
    with stopped_scheduler(ward):
        critical = ward.submit("scheduler-critical", images[:1])
        ward.wait_until(lambda: mails(ward, critical) == EVERYBODY[:1], within=SETTLES_WITHIN)
        lost = ward.submit("scheduler-lost", images)
        kill_a_child(ward)
        assert not is_analysed(ward, lost)
        assert escalations(ward, critical) == 0
    ward.wait_until(lambda: is_analysed(ward, lost), within=SETTLES_WITHIN)
    assert max(attempts for _, attempts in analyses(ward, lost)) > 1, "the fault hit nothing"
    for case in (critical, lost):
        ward.wait_until(lambda case=case: mails(ward, case) == EVERYBODY, within=SETTLES_WITHIN)
        assert escalations(ward, case) == 2
    assert f"{ward.stack.address}/notices/" in files(ward)
    assert "scheduler-critical" not in files(ward)


def test_two_schedulers_do_no_harm(ward: Ward, images: list[bytes], tmp_path: Path) -> None:
    second = programs.scheduler(ward.stack.environment, tmp_path, tmp_path)
    second.start()
    try:
        case = ward.submit("two-schedulers", images)
        ward.wait_until(lambda: is_analysed(ward, case), within=SETTLES_WITHIN)
        ward.wait_until(lambda: mails(ward, case) == EVERYBODY, within=SETTLES_WITHIN)
        rang = (tmp_path / "scheduler.log").read_text().count("workers.sweep")
        ward.wait_until(lambda: (tmp_path / "scheduler.log").read_text().count("workers.sweep") > rang, within=30)
    finally:
        second.stop()
    assert [attempts for _, attempts in analyses(ward, case)] == [1] * len(images)
    assert escalations(ward, case) == 2
    assert mails(ward, case) == EVERYBODY
