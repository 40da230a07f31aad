import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis

from telediag.stack.broker import Broker
from telediag.stack.postgres import PostgreSQL
from telediag.stack.processes import StackError
from telediag.stack.servers import Servers

OWNER = """
import pathlib, sys, time
from telediag.stack.servers import Servers
servers = Servers(pathlib.Path(sys.argv[1]))
servers.start()
print(*(server.process.pid for server in servers.own), flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _no_named_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with Servers(tmp_path) as servers:
        yield servers


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_database_stores_text_as_utf8(servers: Servers) -> None:
    assert query(servers.environment["DATABASE_URL"], "SHOW server_encoding") == [("UTF8",)]


def test_refused_statement_leaves_none_of_its_values_in_the_log(tmp_path: Path) -> None:
    with Servers(tmp_path) as servers:
        url = servers.environment["DATABASE_URL"]
        query(url, "CREATE TABLE patients (number text PRIMARY KEY); INSERT INTO patients VALUES ('K-4711')")
        with pytest.raises(psycopg2.errors.UniqueViolation):
            query(url, "INSERT INTO patients VALUES ('K-4711')")
    log = (tmp_path / "log" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "K-4711" not in log


def test_database_and_messages_survive_a_clean_stop(tmp_path: Path) -> None:
    with Servers(tmp_path) as first:
        query(first.environment["DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(first.environment["REDIS_URL"]).set("kept", "42")
    with Servers(tmp_path) as second:
        assert second.environment == first.environment
        assert query(second.environment["DATABASE_URL"], "SELECT answer FROM kept") == [(42,)]
        assert redis.Redis.from_url(second.environment["REDIS_URL"]).get("kept") == b"42"


def test_database_and_messages_survive_a_kill(servers: Servers) -> None:
    query(servers.environment["DATABASE_URL"], "CREATE TABLE kept AS SELECT 42 AS answer")
    redis.Redis.from_url(servers.environment["REDIS_URL"]).set("kept", "42")
    time.sleep(1.1)  # the broker promises its disk one second behind
    for server in servers.own:
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        server.start()
    assert query(servers.environment["DATABASE_URL"], "SELECT answer FROM kept") == [(42,)]
    assert redis.Redis.from_url(servers.environment["REDIS_URL"]).get("kept") == b"42"


def test_note_of_a_crashed_run_that_names_a_stranger_is_no_obstacle(tmp_path: Path) -> None:
    with Servers(tmp_path):
        pass
    (tmp_path / "postgres" / "data" / "postmaster.pid").write_text(f"{os.getppid()}\n{tmp_path}\n")
    with Servers(tmp_path) as servers:
        assert query(servers.environment["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_half_made_data_folder_is_made_again(tmp_path: Path) -> None:
    unfinished = tmp_path / "postgres" / "unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18")
    with Servers(tmp_path) as servers:
        assert query(servers.environment["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_socket_has_a_place_however_deep_the_folder_lies(tmp_path: Path) -> None:
    with Servers(tmp_path / ("deep" * 30)) as servers:
        assert query(servers.environment["DATABASE_URL"], "SELECT 1") == [(1,)]


def test_two_stacks_run_side_by_side(servers: Servers, tmp_path: Path) -> None:
    with Servers(tmp_path / "another") as another:
        assert another.environment["DATABASE_URL"] != servers.environment["DATABASE_URL"]
        assert another.environment["REDIS_URL"] != servers.environment["REDIS_URL"]


def test_broker_refuses_who_does_not_know_the_password(servers: Servers) -> None:
    broker = next(server for server in servers.own if isinstance(server, Broker))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=broker.port).ping()


def test_broker_takes_another_port_when_its_own_was_taken(servers: Servers, tmp_path: Path) -> None:
    taken = next(server for server in servers.own if isinstance(server, Broker)).port
    folder = tmp_path / "second"
    folder.mkdir()
    (folder / "port").write_text(str(taken))
    assert Broker(folder, tmp_path / "log").port != taken


@pytest.mark.parametrize("killed", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_stays_when_the_owner_dies(tmp_path: Path, killed: signal.Signals) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, tmp_path], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    pids = [int(pid) for pid in owner.stdout.readline().split()]
    assert len(pids) == 2
    assert all(is_running(pid) for pid in pids)
    owner.send_signal(killed)
    owner.wait()
    deadline = time.monotonic() + 10
    while any(is_running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_running(pid) for pid in pids)


def test_named_servers_are_used_and_none_is_started(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, address in servers.environment.items():
        monkeypatch.setenv(variable, address)
    with Servers(tmp_path / "another") as another:
        assert another.own == []
        assert another.environment == servers.environment


def test_server_that_can_not_start_says_why(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    with pytest.raises(StackError, match=r"did not start[\s\S]*DATABASE_URL[\s\S]*postgresql\.conf"):
        PostgreSQL(tmp_path / "postgres", tmp_path / "log").start()
