"""Start everything in order, keep it running, stop it in order."""

import contextlib
import fcntl
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
from rich.console import Console

from telediag.stack import environment, processes, programs
from telediag.stack.broker import Broker
from telediag.stack.postgres import PostgreSQL
from telediag.stack.processes import StackError
from telediag.stack.programs import Program
from telediag.stack.servers import Servers

_LONGEST_PAUSE = 30.0
_HEALTHY_AFTER = 60.0
_WEB_STARTS_WITHIN = 120.0
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """The whole local stack, its state under `var`; a context manager that leaves nothing running."""

    def __init__(self, console: Console, var: Path = environment.VAR) -> None:
        self.console = console
        self.var = var
        self.logs = var / "log"
        self.logs.mkdir(parents=True, exist_ok=True)
        self._alone = (var / "lock").open("a+")
        self._take_the_folder()
        for log in self.logs.glob("*.log"):
            log.replace(log.with_suffix(".log.1"))
        self.servers = Servers(var)
        self.environment = environment.complete(self.servers.environment, var)
        self._door = programs.open_door()
        self.address = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self.environment.setdefault("PORTAL_ADDRESS", self.address)
        self.programs = [
            programs.web(self.environment, self.logs, self._door),
            programs.worker(self.environment, self.logs, programs.children_for_this_machine()),
            programs.scheduler(self.environment, self.logs, var),
        ]
        self._falls: dict[str, tuple[float, float]] = {}

    @property
    def all(self) -> list[PostgreSQL | Broker | Program]:
        """Everything that we run, in the order of starting."""
        return [*self.servers.own, *self.programs]

    def start(self) -> None:
        """Start the servers, prepare the data, start the programs, wait until the portal answers."""
        with self.console.status("Starting PostgreSQL and the broker…"):
            self.servers.start()
            environment.publish(self.environment, self.var)
        with self.console.status("Preparing the database and the pages…"):
            log = self.logs / "manage.log"
            collect = ["collectstatic", "--no-input", "--verbosity", "0"]
            programs.manage(self.environment, log, ["migrate", "--no-input"], collect)
        with self.console.status("Starting web, worker and scheduler…"):
            for program in self.programs:
                program.start()
            self._wait_for_the_web()

    def check(self) -> None:
        """Start again whatever has died; the longer the more often it does so."""
        now = time.monotonic()
        for part in self.all:
            if part.process is None or (status := part.process.poll()) is None:
                continue
            fell, pause = self._falls.get(part.name, (-_HEALTHY_AFTER, 0.0))
            if now < fell + pause:
                continue
            pause = 0.5 if now > fell + pause + _HEALTHY_AFTER else min(2 * pause, _LONGEST_PAUSE)
            self._falls[part.name] = (now, pause)
            self.console.print(f"[yellow]{part.name} ended ({_reason(status)}): starting it again.[/yellow]")
            processes.stop(part.process, part.stop_by, 0)  # what it may have left behind
            try:
                part.start()
            except StackError as error:
                self.console.print(f"[red]{error}[/red]", highlight=False)

    def serve(self) -> None:
        """Keep everything running until a signal ends it."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Stop everything, what is used by others last."""
        for program in self.programs:
            program.ask_to_stop()
        for program in self.programs:
            program.stop()
        self.servers.stop()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self._stop_undisturbed()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_undisturbed()

    def _stop_undisturbed(self) -> None:
        with _deaf(), self.console.status("Stopping…"):
            self.stop()
        self._door.close()
        self._alone.close()

    def _take_the_folder(self) -> None:
        try:
            fcntl.flock(self._alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError("telediag is already running from this folder: use that one, or stop it first.") from None

    def _wait_for_the_web(self) -> None:
        web = self.programs[0]
        deadline = time.monotonic() + _WEB_STARTS_WITHIN
        while time.monotonic() < deadline and web.process is not None and web.process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if not httpx.get(f"{self.address}/readyz", trust_env=False).is_server_error:
                    return
            time.sleep(0.1)
        raise StackError(
            f"The web process did not start. Its last words are below; the whole log is {web.log}.\n"
            + processes.last_lines(web.log)
        )


def _reason(status: int) -> str:
    return f"by signal {signal.Signals(-status).name}" if status < 0 else f"with status {status}"


@contextlib.contextmanager
def _deaf() -> Iterator[None]:
    """Let no second Ctrl-C leave half of the processes behind."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def end_on_signals() -> None:
    """Treat a polite kill or a closed terminal like Ctrl-C."""
    for number in _ENDING:
        signal.signal(number, signal.default_int_handler)
