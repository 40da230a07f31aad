"""However the stack ends, none of its processes stays, and it starts again on its data."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
ENDS_WITHIN = 20


class Run:
    """`python -m telediag.stack run` on its way."""

    def __init__(self, state: Path) -> None:
        named = {"DATABASE_URL", "REDIS_URL", "PORT"}
        environment = {name: value for name, value in os.environ.items() if name not in named}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "telediag.stack", "run", "--state", state],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def address(self) -> str:
        assert self.process.stdout is not None
        said = ""
        for line in self.process.stdout:
            said += line
            if found := re.search(r"http://[\d.]+:\d+", said):
                return found.group()
        raise AssertionError(said)

    def family(self) -> set[int]:
        """Every process that descends from this one."""
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
        family = {self.process.pid}
        while more := {pid for pid, parent in parents.items() if parent in family} - family:
            family |= more
        return family - {self.process.pid}


def running(pids: set[int]) -> set[int]:
    def is_running(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    return {pid for pid in pids if is_running(pid)}


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + ENDS_WITHIN
    while running(pids):
        assert time.monotonic() < deadline, subprocess.run(
            ["ps", "-fp", ",".join(map(str, running(pids)))], capture_output=True, text=True, check=False
        ).stdout
        time.sleep(0.1)


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture
def run(state: Path) -> Iterator[Run]:
    run = Run(state)
    yield run
    if run.process.poll() is None:
        run.process.terminate()
        run.process.wait(ENDS_WITHIN)


def test_clean_end_leaves_no_process(run: Run, state: Path) -> None:
    address = run.address()
    assert httpx.get(f"{address}/readyz").json() == {"status": "ready", "database": "up", "broker": "up"}
    second = Run(state)
    said, _ = second.process.communicate(timeout=60)
    assert second.process.returncode == 1
    assert "already running from this folder" in said
    family = run.family()
    assert len(family) >= 8
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(ENDS_WITHIN) == 0
    wait_until_gone(family)


def test_killed_supervisor_leaves_no_process(run: Run) -> None:
    run.address()
    family = run.family()
    run.process.kill()
    run.process.wait()
    wait_until_gone(family)
