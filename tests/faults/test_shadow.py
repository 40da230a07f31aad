"""An artefact in shadow says its part after the result is there; killed in the middle, it takes nothing else along."""

import signal
from contextlib import closing

import psycopg2
import pytest

from tests.faults.conftest import SHADOW, Ward, signal_all
from tests.faults.test_nothing_is_lost import SETTLES_WITHIN, analyses

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

BLOCKED = """SELECT FROM pg_locks JOIN pg_class ON pg_class.oid = relation
    WHERE relname = 'diagnosis_shadowresult' AND NOT granted"""


def shadows(ward: Ward, case: str) -> list[str]:
    statement = """SELECT shadow.artefact FROM diagnosis_shadowresult shadow
        JOIN diagnosis_analysis analysis ON analysis.id = shadow.analysis_id
        JOIN diagnosis_smear smear ON smear.id = analysis.smear_id WHERE smear.case_id = %s"""
    return [artefact for (artefact,) in ward.query(statement, case)]


def is_analysed(ward: Ward, case: str, images: list[bytes]) -> bool:
    return [status for status, _ in analyses(ward, case)] == ["succeeded"] * len(images)


def test_every_analysed_smear_is_shown_to_the_artefact_in_shadow_once(ward: Ward, images: list[bytes]) -> None:
    case = ward.submit("shadow", images)
    ward.wait_until(lambda: len(shadows(ward, case)) == len(images), within=SETTLES_WITHIN)
    assert set(shadows(ward, case)) == {SHADOW}
    assert SHADOW not in str(ward.doctor.stage_report(case)) + str(ward.doctor.read(case))


def test_shadow_comes_when_no_analysis_waits(ward: Ward, images: list[bytes]) -> None:
    ward.wait_until(lambda: len(ward.children()) > 0, within=SETTLES_WITHIN)
    held = ward.children()
    signal_all(held, signal.SIGSTOP)
    case = ward.submit("shadow-last", images)
    signal_all(held, signal.SIGCONT)
    ward.wait_until(lambda: len(shadows(ward, case)) == len(images), within=SETTLES_WITHIN)
    statement = """SELECT max(analysis.started_at) < min(shadow.recorded_at) FROM diagnosis_analysis analysis
        JOIN diagnosis_smear smear ON smear.id = analysis.smear_id
        JOIN diagnosis_shadowresult shadow ON shadow.analysis_id = analysis.id WHERE smear.case_id = %s"""
    assert ward.query(statement, case) == [(True,)]


def test_shadow_that_is_killed_in_the_middle_loses_only_itself(ward: Ward, images: list[bytes]) -> None:
    with closing(psycopg2.connect(ward.stack.environment["DATABASE_URL"])) as holder:
        holder.cursor().execute("LOCK TABLE diagnosis_shadowresult IN EXCLUSIVE MODE")
        case = ward.submit("killed-shadow", images)
        ward.wait_until(lambda: is_analysed(ward, case, images) and ward.query(BLOCKED) != [], within=SETTLES_WITHIN)
        signal_all(ward.children(), signal.SIGKILL)
        holder.rollback()
    assert [attempts for _, attempts in analyses(ward, case)] == [1] * len(images)
    assert len(ward.doctor.stage_report(case)["content"]["machine"]["images"]) == len(images)

    after = ward.submit("after-the-shadow", images)
    ward.wait_until(lambda: len(shadows(ward, after)) == len(images), within=SETTLES_WITHIN)
    assert is_analysed(ward, after, images)
    assert len(shadows(ward, case)) < len(images)
