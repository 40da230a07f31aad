"""Load the engine in each child of the pool, after the fork: a network loaded before it hangs every child."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from celery.signals import worker_init, worker_process_init
from django.conf import settings

from workers import pipeline


@worker_init.connect(weak=False)
def refuse_to_start_without_an_engine(**_: Any) -> None:
    """End the worker with the engine's own sentence when its artefact is not whole; ask in a process of its own."""
    asked = subprocess.run(
        [sys.executable, "-c", "from models.analysis import Engine; Engine.load()"],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode:
        raise SystemExit(f"The worker does not start, since the engine does not load. {asked.stderr.strip()}")


@worker_process_init.connect(weak=False)
def load_engine(**_: Any) -> None:
    """Load and warm this child's engine."""
    pipeline.engine()
