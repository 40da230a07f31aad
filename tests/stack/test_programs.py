import socket

import pytest

from telediag.stack import programs
from telediag.stack.processes import StackError


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as held:
        yield held.getsockname()[1]


def test_port_in_use_is_passed_over(monkeypatch, taken):
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr(programs, "_FIRST_PORT", taken)
    with programs.open_door() as door:
        assert taken < door.getsockname()[1] < taken + 100


def test_port_that_was_asked_for_and_is_in_use_is_said(monkeypatch, taken):
    monkeypatch.setenv("PORT", str(taken))
    with pytest.raises(StackError, match=f"{taken} is in use"):
        programs.open_door()


def test_port_is_held_from_the_moment_it_is_chosen(monkeypatch):
    monkeypatch.delenv("PORT", raising=False)
    with programs.open_door() as first, programs.open_door() as second:
        assert first.getsockname()[1] != second.getsockname()[1]
        with socket.create_connection(first.getsockname(), timeout=5):
            pass
