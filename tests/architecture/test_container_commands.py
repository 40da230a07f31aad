"""The commands of docker-compose.yml start, and their health checks pass, on this machine as in a container."""

import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 200
CONTAINERS_FOLDER = "/run/beat/"


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


@pytest.fixture
def as_on_this_machine(tmp_path: Path) -> Callable[[str], str]:
    """Give each test a port and a folder in place of the container's own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def translate(word: str) -> str:
        word = word.replace("0.0.0.0:8000", f"127.0.0.1:{port}").replace("127.0.0.1:8000", f"127.0.0.1:{port}")
        return word.replace(CONTAINERS_FOLDER, f"{tmp_path}/").replace("$$", "$")

    return translate


@pytest.fixture
def environment() -> dict[str, str]:
    programs = Path(sys.executable).parent
    return {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "ALLOWED_HOSTS": "example.org,127.0.0.1"}


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[list[str]], Path]]:
    started = []

    def start(command: list[str]) -> Path:
        log = tmp_path / "log"
        with log.open("wb") as output:
            started.append(
                subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
            )
        return log

    yield start
    for process in started:
        process.terminate()
    for process in started:
        process.wait(30)


@pytest.mark.parametrize("name", ["web", "worker", "scheduler"])
def test_program_starts_and_becomes_healthy(
    name: str,
    compose: Any,
    start: Callable[[list[str]], Path],
    environment: dict[str, str],
    as_on_this_machine: Callable[[str], str],
) -> None:
    service = compose["services"][name]
    kind, *check = [as_on_this_machine(word) for word in service["healthcheck"]["test"]]
    command = ["sh", "-c", *check] if kind == "CMD-SHELL" else check

    def is_healthy() -> bool:
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0

    assert not is_healthy(), "the health check passes before the program runs"
    log = start([as_on_this_machine(word) for word in service["command"]])
    deadline = time.monotonic() + STARTS_WITHIN
    while not is_healthy():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


def test_migrations_command_is_known(compose: Any, environment: dict[str, str]) -> None:
    command = [*compose["services"]["migrations"]["command"], "--help"]
    said = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert "Updates database schema" in said.stdout, shlex.join(command)
