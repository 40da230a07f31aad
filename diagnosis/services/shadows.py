"""What an artefact in shadow says, kept beside the analysis. Nothing waits for it and nobody but operators sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from diagnosis import queue
from diagnosis.choices import AnalysisStatus
from diagnosis.models import Analysis, ShadowResult

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from diagnosis.services.results import MachineResult


def follow(analysis: Analysis) -> None:
    """Have an analysis that has just succeeded followed by the artefact in shadow, where there is one."""
    if settings.SHADOW_ARTEFACT:
        queue.ring_shadow(analysis)


def image_of(analysis_id: UUID) -> bytes | None:
    """Return the stored bytes of an analysed smear; None when there is none or no artefact is in shadow."""
    if not settings.SHADOW_ARTEFACT:
        return None
    analysis = Analysis.objects.select_related("smear").filter(pk=analysis_id, status=AnalysisStatus.SUCCEEDED).first()
    if analysis is None:
        return None
    with analysis.smear.image.open("rb") as file:
        return bytes(file.read())


def record(analysis_id: UUID, said: MachineResult, *, at: datetime) -> None:
    """Store what the artefact in shadow says, unless that was stored before."""
    result = ShadowResult(
        analysis_id=analysis_id,
        artefact=said.pins["artefact"],
        artefact_version=said.pins["artefact_version"],
        model_sha256=said.pins["model_sha256"],
        outcome=said.outcome,
        predicted_class=said.predicted_class,
        probabilities=said.probabilities,
        milliseconds=said.timings_ms["total"],
        recorded_at=at,
    )
    ShadowResult.objects.bulk_create([result], ignore_conflicts=True)
