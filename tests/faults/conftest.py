"""A whole running stack, whose parts the tests kill."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from rich.console import Console

from models.synthetic import draw_jpeg
from telediag.stack import demo
from telediag.stack.client import Client
from telediag.stack.supervisor import Supervisor
from tests.artefacts import another

ANALYSIS_SECONDS = 8
SHADOW = "mobilenet-v2-9.0.0"
_NAMED = ("DATABASE_URL", "REDIS_URL", "PORT")


@dataclass(frozen=True)
class Ward:
    """The stack, a doctor's client of it, and what a test may ask about them."""

    stack: Supervisor
    doctor: Client

    def submit(self, accession: str, images: list[bytes]) -> str:
        patient = self.doctor.patient(clinic=self.doctor.clinic(), number=f"P-{accession}")
        case = self.doctor.case(patient=patient, accession=accession)
        for number, image in enumerate(images):
            self.doctor.upload(case["id"], f"{number}.jpg", image)
        return str(case["id"])

    def query(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        database = psycopg2.connect(self.stack.environment["DATABASE_URL"])
        with closing(database), database.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    def wait_until(self, happened: Callable[[], bool], within: float) -> None:
        deadline = time.monotonic() + within
        while not happened():
            assert time.monotonic() < deadline, self.story()
            self.stack.check()
            time.sleep(0.05)

    def freeze_children_at_work(self) -> list[int]:
        """Stop the worker's children in the middle of an analysis, for certain, and return them."""
        frozen: list[int] = []

        def caught() -> bool:
            frozen.extend(self.children())
            signal_all(frozen, signal.SIGSTOP)
            if frozen and self.query("SELECT FROM diagnosis_analysis WHERE status = 'running'"):
                return True
            signal_all(frozen, signal.SIGCONT)
            frozen.clear()
            return False

        self.wait_until(caught, within=120)
        return frozen

    def children(self) -> list[int]:
        """Return the worker's children; none while it is starting again."""
        parent = self.process("worker").pid
        try:
            listed = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        except FileNotFoundError:
            return []
        return [int(child) for child in listed.split()]

    def part(self, name: str) -> Any:
        return next(part for part in self.stack.all if part.name == name)

    def process(self, name: str) -> Any:
        return self.part(name).process

    def kill(self, name: str) -> None:
        process = self.process(name)
        process.kill()
        process.wait()

    def story(self) -> str:
        analyses = self.query("SELECT status, attempts, failure_sentence FROM diagnosis_analysis ORDER BY queued_at")
        return f"{analyses}\n{(self.stack.logs / 'worker.log').read_text()[-4000:]}"


def signal_all(children: list[int], number: signal.Signals) -> None:
    """Send all of them a signal; one may have ended by itself, at its time limit or with its worker."""
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(child, number)


@pytest.fixture(scope="session")
def images() -> list[bytes]:
    return [draw_jpeg(seed) for seed in range(6)]


@pytest.fixture(scope="session")
def ward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    with pytest.MonkeyPatch.context() as patch:  # the stack reads its environment when it is made, and only then
        for name in _NAMED:
            patch.delenv(name, raising=False)
        patch.setenv("ANALYSIS_SECONDS", str(ANALYSIS_SECONDS))
        in_shadow = another(tmp_path_factory.mktemp("artefacts"))
        assert in_shadow.name == SHADOW
        patch.setenv("TELEDIAG_SHADOW_ARTEFACT", str(in_shadow))
        stack = Supervisor(Console(quiet=True), tmp_path_factory.mktemp("ward"))
    with stack:
        demo.create_people(stack, demo.PASSWORD)
        yield Ward(stack, Client(stack.address, "doctor", demo.PASSWORD, meanwhile=stack.check))
