"""The Celery tasks. Each gets an id, calls plain functions and leaves; PostgreSQL holds the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from celery import current_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from diagnosis.services import analyses, deliveries, figures, notices, pictures, retention, shadows, uploads
from telediag.celery import DELIVER_LIMIT, DELIVER_SOFT_LIMIT, SOFT_TIME_LIMIT, TIME_LIMIT, app
from workers import checking, pipeline, warmup

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["analyse", "check", "count_days", "deliver", "shadow", "sweep", "warmup"]

log = structlog.get_logger(__name__)


@app.task(name="workers.analyse", soft_time_limit=SOFT_TIME_LIMIT, time_limit=TIME_LIMIT)
def analyse(analysis_id: str) -> None:
    """Claim one analysis, run the engine on its smear, record the result."""
    claim = analyses.claim(UUID(analysis_id), by=str(current_task.request.hostname), at=timezone.now())
    if claim is None:
        return
    try:
        result = pipeline.analyse(analyses.image_of(claim))
        analyses.record(claim, result, rule=pipeline.state_case, at=timezone.now())
    except SoftTimeLimitExceeded:
        _give_back(claim, "time_limit", f"The analysis took longer than {SOFT_TIME_LIMIT} seconds. Run it again.")
    except Exception:
        _give_back(claim, "engine_error", "The analysis ended with an error. Run it again, or tell the operator.")
        raise


@app.task(name="workers.check", soft_time_limit=SOFT_TIME_LIMIT, time_limit=TIME_LIMIT)
def check(upload_id: str) -> None:
    """Look at an upload while its slide is on the stage. Nothing waits for it: what goes wrong ends in the log."""
    try:
        image = uploads.unchecked(UUID(upload_id))
        if image is not None:
            uploads.record_check(UUID(upload_id), checking.check(image))
    except Exception:
        log.exception("check_failed", upload=upload_id)


@app.task(name="workers.shadow", soft_time_limit=SOFT_TIME_LIMIT, time_limit=TIME_LIMIT)
def shadow(analysis_id: str) -> None:
    """Ask the artefact in shadow about a smear whose result is stored. Whatever goes wrong ends here, in the log."""
    try:
        image = shadows.image_of(UUID(analysis_id))
        if image is not None:
            said = pipeline.shadow(image)
            shadows.record(UUID(analysis_id), said, rule=pipeline.state_case_in_shadow, at=timezone.now())
    except Exception:
        log.exception("shadow_failed", analysis=analysis_id)


@app.task(name="workers.sweep", soft_time_limit=SOFT_TIME_LIMIT, time_limit=TIME_LIMIT)
def sweep() -> None:
    """Queue again what lost its worker; ring again for what lost its message; escalate what nobody acknowledged.

    A step that fails keeps none of the others from their work.
    """
    for step in (_sweep_analyses, notices.escalate_due, uploads.sweep, pictures.forget_old, retention.delete_due):
        try:
            step(at=timezone.now())
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            log.exception("sweep_step_failed", step=step.__qualname__)


@app.task(name="workers.deliver", soft_time_limit=DELIVER_SOFT_LIMIT, time_limit=DELIVER_LIMIT)
def deliver() -> None:
    """Send the e-mails that are due; what a round does not reach, the next one does."""
    deliveries.send_due(at=timezone.now())


@app.task(name="workers.count_days", soft_time_limit=SOFT_TIME_LIMIT, time_limit=TIME_LIMIT)
def count_days() -> None:
    """Count days for the figures; what a round does not reach, the next one does."""
    figures.count_days(at=timezone.now())


def _sweep_analyses(*, at: datetime) -> None:
    analyses.sweep(rule=pipeline.state_case, at=at)


def _give_back(claim: analyses.Claim, code: str, sentence: str) -> None:
    analyses.give_back(claim, code=code, sentence=sentence, rule=pipeline.state_case, at=timezone.now())
