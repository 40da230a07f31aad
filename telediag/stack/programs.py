"""The processes of telediag itself: web, worker, scheduler."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from telediag.stack import processes
from telediag.stack.environment import ROOT
from telediag.stack.processes import StackError

_FIRST_PORT = 8000


class Program:
    """One process of telediag, started from its command; what it says goes to `log`."""

    stop_by = signal.SIGTERM
    patience = 12.0

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        orphan: signal.Signals,
        sockets: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.command = [sys.executable, "-m", *command]
        self.log = log
        self.environment = environment
        self.orphan = orphan
        self.sockets = sockets
        self.process: processes.Process | None = None

    def start(self) -> None:
        """Start the process, without waiting for it to be ready."""
        self.process = processes.start(
            self.command,
            log=self.log,
            at_orphaned=self.orphan,
            environment=self.environment,
            folder=ROOT,
            sockets=self.sockets,
        )

    def ask_to_stop(self) -> None:
        """Ask the process to end, and return at once."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_by)

    def stop(self) -> None:
        """End the process."""
        if self.process is not None:
            processes.stop(self.process, self.stop_by, self.patience)
            self.process = None


def web(environment: Mapping[str, str], logs: Path, door: socket.socket) -> Program:
    """Serve the portal, the admin and the API on a socket of ours, which outlives the process."""
    command = ["gunicorn", "telediag.wsgi:application", "--bind", f"fd://{door.fileno()}"]
    return Program(
        "web",
        command,
        log=logs / "web.log",
        environment=environment,
        orphan=signal.SIGTERM,
        sockets=[door.fileno()],
    )


def worker(environment: Mapping[str, str], logs: Path, children: int) -> Program:
    """Analyse smears.

    When orphaned it is killed, since without its broker Celery never ends by itself. Its children end when they see
    that; what they were doing goes to the next worker when its lease is over.
    """
    command = ["celery", "--app", "telediag.celery:app", "worker", "--concurrency", str(children)]
    command += ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    return Program("worker", command, log=logs / "worker.log", environment=environment, orphan=signal.SIGKILL)


def scheduler(environment: Mapping[str, str], logs: Path, var: Path) -> Program:
    """Ring the bell for the sweep."""
    command = ["celery", "--app", "telediag.celery:app", "beat", "--loglevel", "INFO"]
    command += ["--schedule", str(var / "beat-schedule"), "--pidfile="]
    return Program("scheduler", command, log=logs / "scheduler.log", environment=environment, orphan=signal.SIGTERM)


def children_for_this_machine() -> int:
    """Return how many analyses to run at a time."""
    return min(os.cpu_count() or 1, 2)


def open_door() -> socket.socket:
    """Listen on the PORT of the environment, else on 8000 or the next free port, and hold it from now on."""
    wanted = os.environ.get("PORT")
    for port in [int(wanted)] if wanted else range(_FIRST_PORT, _FIRST_PORT + 100):
        with contextlib.suppress(OSError):
            return socket.create_server(("127.0.0.1", port))
    which = f"The port {wanted} is" if wanted else "The ports 8000 to 8099 are all"
    raise StackError(f"{which} in use. Name a free one: PORT=9000 make run")


def manage(environment: Mapping[str, str], log: Path, *commands: Sequence[str]) -> None:
    """Run commands of manage.py side by side, and wait for them."""
    with log.open("ab") as output:
        running = [
            subprocess.Popen(  # noqa: S603 the commands are named in the code
                [sys.executable, "manage.py", *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=ROOT,
            )
            for command in commands
        ]
        ended = [process.wait() for process in running]
    for command, status in zip(commands, ended, strict=True):
        if status != 0:
            said = processes.last_lines(log)
            raise StackError(f"`manage.py {command[0]}` failed. Its last words are below; see {log}.\n{said}")
