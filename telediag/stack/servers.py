"""The two servers that telediag stands on: those that the environment names, else our own."""

import os
from pathlib import Path
from types import TracebackType
from typing import Self

from telediag.stack.broker import Broker
from telediag.stack.postgres import PostgreSQL


class Servers:
    """PostgreSQL and the broker, their state under `folder`.

    `environment` is what a process needs to find them; `own` holds those that we run.
    """

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        folder = folder.resolve()
        logs = folder / "log"
        logs.mkdir(parents=True, exist_ok=True)
        self.own: list[PostgreSQL | Broker] = []
        self.environment: dict[str, str] = {}
        for variable, name, server in (
            ("DATABASE_URL", "postgres", PostgreSQL),
            ("REDIS_URL", "broker", Broker),
        ):
            if address := os.environ.get(variable):
                self.environment[variable] = address
                continue
            started = server(folder / name, logs / f"{name}.log", durable=durable)
            self.own.append(started)
            self.environment[variable] = started.url

    def start(self) -> None:
        """Start our own servers."""
        for server in self.own:
            server.start()

    def stop(self) -> None:
        """Stop our own servers, the last first."""
        for server in reversed(self.own):
            server.stop()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
