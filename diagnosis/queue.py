"""The only file that knows the broker: it rings for rows that are ready. Messages carry an id and nothing else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

from telediag.celery import app

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.models import Analysis, Upload

log = structlog.get_logger(__name__)

ANALYSE = "workers.analyse"
SHADOW = "workers.shadow"
SHADOW_QUEUE = "shadow"
CHECK = "workers.check"
CHECK_QUEUE = "check"
DELIVER = "workers.deliver"
DELIVER_QUEUE = "maintenance"


def ring(analysis: Analysis) -> None:
    """Tell the workers, once the transaction is committed, that an analysis is ready."""
    transaction.on_commit(partial(_send, analysis.pk, analysis.priority))


def ring_shadow(analysis: Analysis) -> None:
    """Tell the workers, once the result is committed, that the artefact in shadow may look at the smear too."""
    # A robust callback only logs its error, under its name, which a partial has not.
    transaction.on_commit(lambda: _send(analysis.pk, SHADOW_QUEUE, SHADOW), robust=True)


def ring_check(upload: Upload) -> None:
    """Tell the workers, once it is committed, that a whole upload can be looked at while its slide is on the stage."""
    transaction.on_commit(lambda: _send(upload.pk, CHECK_QUEUE, CHECK), robust=True)


def ring_deliveries() -> None:
    """Tell the workers, once it is committed, that an e-mail waits; the schedule rings too."""
    transaction.on_commit(lambda: _send(None, DELIVER_QUEUE, DELIVER), robust=True)


def is_up() -> bool:
    """Whether the broker answers within a second or two."""
    try:
        with app.connection_for_write(connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError):
        return False
    return True


def _send(row_id: UUID | None, queue: str, task: str = ANALYSE) -> None:
    try:
        app.send_task(task, args=[str(row_id)] if row_id else [], queue=queue, retry=False)
    except OperationalError:
        # No analysis is lost: its row is queued, and the sweep rings again. A shadow may be.
        log.warning("queue_unreachable", task=task, row=str(row_id))
