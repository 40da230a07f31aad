"""Start and stop the programs of the local stack."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

Process = subprocess.Popen[bytes]

_CHILD = Path(__file__).with_name("child.py")
_LAST_LINES = 8


class StackError(Exception):
    """The local stack can not go on; the sentence says what to do."""


def start(
    program: Sequence[str | Path],
    *,
    log: Path,
    at_orphaned: signal.Signals,
    not_as_root: Sequence[Path] = (),
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    sockets: Sequence[int] = (),
) -> Process:
    """Start a program that writes to `log` and gets the signal `at_orphaned` when this process dies.

    It has a session of its own, so that Ctrl-C reaches it only through us. Call this from the main thread: Linux
    counts the end of the starting thread as the parent's death. It inherits the file descriptors in `sockets`.
    """
    flags = [word for owned in not_as_root for word in ("--not-as-root", owned)]
    child: list[str | Path] = [sys.executable, "-I", "-S", _CHILD, str(os.getpid()), str(int(at_orphaned))]
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 the stack names the program itself
            [*child, *flags, "--", *program],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            cwd=folder,
            start_new_session=True,
            pass_fds=sockets,
        )


def stop(process: Process, by: signal.Signals, patience: float) -> bool:
    """Ask the process to end, after `patience` seconds end it and its children by force; say if it was willing."""
    if process.poll() is None:
        process.send_signal(by)
    try:
        process.wait(patience)
        willing = True
    except subprocess.TimeoutExpired:
        willing = False
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return willing


def last_lines(log: Path) -> str:
    """Return the end of a log, for the message that says why a program did not start."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LAST_LINES:])
