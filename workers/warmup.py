"""Load the engine in each child of the pool, after the fork: a network loaded before it hangs every child."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import structlog
from celery.signals import worker_init, worker_process_init
from django.conf import settings

from workers import pipeline

log = structlog.get_logger(__name__)

_LOAD = "import sys; from models.analysis import Engine; Engine.load(sys.argv[1] or None)"


@worker_init.connect(weak=False)
def refuse_to_start_without_an_engine(**_: Any) -> None:
    """End the worker with the engine's own sentence when its artefact is not whole."""
    if said := _what_is_wrong_with(settings.ARTEFACT):
        raise SystemExit(f"The worker does not start, since the engine does not load. {said}")


@worker_init.connect(weak=False)
def tell_when_the_shadow_does_not_load(**_: Any) -> None:
    """Say so when the artefact in shadow is not whole; the worker starts all the same."""
    if settings.SHADOW_ARTEFACT and (said := _what_is_wrong_with(settings.SHADOW_ARTEFACT)):
        log.error("shadow_refused", reason=said.splitlines()[-1])


@worker_process_init.connect(weak=False)
def load_engine(**_: Any) -> None:
    """Load and warm this child's engine."""
    pipeline.engine()


def _what_is_wrong_with(artefact: str) -> str:
    """Return the engine's words on an artefact that it refuses, else nothing; asked in a process of its own."""
    asked = subprocess.run(  # noqa: S603 - our own interpreter and code; the name is an argument, not code
        [sys.executable, "-c", _LOAD, artefact], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    return asked.stderr.strip() if asked.returncode else ""
