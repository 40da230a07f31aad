"""Load the engine in each child of the pool, after the fork: a network loaded before it hangs every child."""

from __future__ import annotations

from typing import Any

from celery.signals import worker_process_init

from workers import pipeline


@worker_process_init.connect(weak=False)
def load_engine(**_: Any) -> None:
    """Load and warm this child's engine."""
    pipeline.engine()
