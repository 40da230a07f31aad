"""Whatever is killed: every smear that was accepted is analysed, and none twice."""

import signal
from collections.abc import Callable

import pytest

from tests.faults.conftest import Ward, signal_all
from tests.faults.test_nothing_is_left import wait_until_gone

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

SETTLES_WITHIN = 120


def kill_a_child(ward: Ward) -> None:
    signal_all(ward.freeze_children_at_work(), signal.SIGKILL)


def kill_the_worker(ward: Ward) -> None:
    children = ward.freeze_children_at_work()
    ward.kill("worker")
    signal_all(children, signal.SIGKILL)


def kill_the_database(ward: Ward) -> None:
    children = ward.freeze_children_at_work()
    ward.kill("postgres")
    signal_all(children, signal.SIGCONT)


def kill_the_broker(ward: Ward) -> None:
    ward.freeze_children_at_work()
    ward.kill("broker")
    signal_all(ward.children(), signal.SIGCONT)


def kill_the_broker_and_its_memory(ward: Ward) -> None:
    children = ward.freeze_children_at_work()
    ward.kill("broker")
    for file in (ward.part("broker").folder / "appendonlydir").iterdir():
        file.unlink()
    signal_all(children, signal.SIGCONT)


INTERRUPTING = (kill_a_child, kill_the_worker, kill_the_database)


def analyses(ward: Ward, case: str) -> list[tuple[str, int]]:
    statement = """SELECT analysis.status, analysis.attempts FROM diagnosis_analysis analysis
        JOIN diagnosis_smear smear ON smear.id = analysis.smear_id WHERE smear.case_id = %s"""
    return [(status, attempts) for status, attempts in ward.query(statement, case)]


@pytest.mark.parametrize(
    "fault",
    [kill_a_child, kill_the_worker, kill_the_database, kill_the_broker, kill_the_broker_and_its_memory],
    ids=lambda fault: fault.__name__,
)
def test_every_accepted_smear_is_analysed_once(fault: Callable[[Ward], None], ward: Ward, images: list[bytes]) -> None:
    case = ward.submit(fault.__name__, images)
    fault(ward)
    ward.stack.check()
    ward.wait_until(lambda: {status for status, _ in analyses(ward, case)} == {"succeeded"}, within=SETTLES_WITHIN)
    assert len(analyses(ward, case)) == len(images)
    if fault in INTERRUPTING:
        assert max(attempts for _, attempts in analyses(ward, case)) > 1, "the fault hit nothing"
    names = [smear["original_name"] for smear in ward.doctor.read(case)["smears"]]
    assert sorted(names) == [f"{number}.jpg" for number in range(len(images))]
    assert len(ward.doctor.stage_report(case)["content"]["machine"]["images"]) == len(images)


def test_web_process_that_died_is_started_again(ward: Ward) -> None:
    before = ward.process("web").pid
    ward.kill("web")
    ward.wait_until(lambda: ward.process("web").pid != before, within=30)
    assert ward.doctor.clinic() == "demo"


def test_killed_worker_leaves_no_child(ward: Ward) -> None:
    ward.wait_until(lambda: len(ward.children()) > 0, within=120)
    children = set(ward.children())
    ward.kill("worker")
    wait_until_gone(children)
