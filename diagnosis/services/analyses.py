"""Claim, work, record: the life of an analysis row. The database decides; a message is only a hint."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from diagnosis import queue, transitions
from diagnosis.choices import Act, AnalysisStatus, CaseStatus
from diagnosis.errors import AnalysisActive, CaseClosed
from diagnosis.models import Analysis, Case, Cell
from diagnosis.permissions import Permission, require
from diagnosis.services import intake, shadows, stage_reports
from diagnosis.services.audit import note
from telediag.celery import LEASE

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from diagnosis.models import Smear, User
    from diagnosis.services.results import CaseRule, FoundCell, MachineResult

MAX_ATTEMPTS = 3
# A row that no message led to for this long is rung again; longer than a busy queue's usual wait costs nothing but a
# message that finds its row taken.
RING_AGAIN_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to record one analysis, until the lease ends."""

    analysis_id: UUID
    token: UUID
    attempt: int

    @classmethod
    def of(cls, analysis: Analysis) -> Claim:
        """Return the claim that a running analysis is under."""
        assert analysis.claim_token is not None, "the database lets no analysis run without its claim"  # noqa: S101
        return cls(analysis.pk, analysis.claim_token, analysis.attempts)


def claim(analysis_id: UUID, *, by: str, at: datetime) -> Claim | None:
    """Take a queued analysis for a worker; None when there is nothing to do."""
    token = uuid.uuid4()
    taken = Analysis.objects.filter(
        pk=analysis_id, status=AnalysisStatus.QUEUED, smear__case__status=CaseStatus.OPEN
    ).update(
        status=AnalysisStatus.RUNNING,
        claim_token=token,
        claimed_by=by[:200],
        lease_until=at + timedelta(seconds=LEASE),
        started_at=at,
        attempts=F("attempts") + 1,
    )
    if not taken:
        return None
    attempt = Analysis.objects.values_list("attempts", flat=True).get(pk=analysis_id)
    return Claim(analysis_id, token, attempt)


def image_of(claim: Claim) -> bytes:
    """Return the stored bytes of the smear that the claim is for."""
    smear = Analysis.objects.select_related("smear").get(pk=claim.analysis_id).smear
    with smear.image.open("rb") as file:
        return bytes(file.read())


def record(claim: Claim, result: MachineResult, *, rule: CaseRule, at: datetime) -> bool:
    """Store a result and, when it was the case's last, its stage report; False when the claim is no longer held."""
    with transaction.atomic():
        held = _held(claim)
        if held is None:
            return False
        case, analysis = held
        _end(analysis, AnalysisStatus.SUCCEEDED, at)
        for name in _RESULT_FIELDS:
            setattr(analysis, name, getattr(result, name))
        analysis.leukocytes = len(result.cells)
        analysis.save()
        Cell.objects.bulk_create(_cells(analysis, result.cells), batch_size=500)
        note(
            Act.ANALYSIS_SUCCEEDED,
            at=at,
            by=None,
            case=case,
            analysis=str(analysis.pk),
            outcome=result.outcome,
        )
        stage_reports.compose_if_complete(case, rule=rule, at=at)
        shadows.follow(analysis)
    return True


def give_back(claim: Claim, *, code: str, sentence: str, rule: CaseRule, at: datetime) -> None:
    """Queue an analysis again after an error, or fail it for good after the last attempt."""
    with transaction.atomic():
        held = _held(claim)
        if held is not None:
            _again_or_failed(*held, code=code, sentence=sentence, rule=rule, at=at)


def run_again(*, smear: Smear, by: User, at: datetime) -> Analysis:
    """Queue a new analysis of a smear; earlier results stay as they are."""
    require(by, Permission.RUN_AGAIN, smear.case.clinic)
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).get(pk=smear.case_id)
        if case.status != CaseStatus.OPEN:
            raise CaseClosed(_("This case is closed, so its images are not analysed again."))
        if smear.analyses.filter(status__in=[AnalysisStatus.QUEUED, AnalysisStatus.RUNNING]).exists():
            raise AnalysisActive
        analysis = intake.enqueue(smear, by=by, at=at)
        note(Act.ANALYSIS_REQUESTED, at=at, by=by, case=case, analysis=str(analysis.pk))
    return analysis


def sweep(*, rule: CaseRule, at: datetime, batch: int = 200) -> int:
    """Queue again what lost its worker, ring again for what lost its message; return how many rows that were."""
    return _sweep_lost_leases(rule, at, batch) + _sweep_lost_messages(at, batch)


def _sweep_lost_leases(rule: CaseRule, at: datetime, batch: int) -> int:
    lost = Analysis.objects.filter(status=AnalysisStatus.RUNNING, lease_until__lt=at)
    swept = 0
    for analysis in lost[:batch]:
        with transaction.atomic():
            held = _held(Claim.of(analysis))
            if held is None:
                continue
            _again_or_failed(
                *held,
                code="worker_lost",
                sentence="The worker stopped before it finished. Run the analysis again.",
                rule=rule,
                at=at,
            )
            swept += 1
    return swept


def _sweep_lost_messages(at: datetime, batch: int) -> int:
    with transaction.atomic():
        silent = list(
            Analysis.objects.select_for_update(skip_locked=True)
            .filter(status=AnalysisStatus.QUEUED, rung_at__lt=at - RING_AGAIN_AFTER)
            .order_by("rung_at")[:batch]
        )
        Analysis.objects.filter(pk__in=[analysis.pk for analysis in silent]).update(rung_at=at)
        for analysis in silent:
            queue.ring(analysis)
    return len(silent)


def _held(claim: Claim) -> tuple[Case, Analysis] | None:
    """Lock the case, then the analysis, if the claim still holds. Always in this order: no two wait for each other."""
    case = (
        Case.objects.select_for_update(of=("self",))
        .select_related("clinic")
        .filter(smears__analyses=claim.analysis_id)
        .first()
    )
    analysis = (
        Analysis.objects.select_for_update(of=("self",))
        .filter(pk=claim.analysis_id, status=AnalysisStatus.RUNNING, claim_token=claim.token)
        .first()
    )
    return (case, analysis) if case is not None and analysis is not None else None


def _again_or_failed(case: Case, analysis: Analysis, *, code: str, sentence: str, rule: CaseRule, at: datetime) -> None:
    if case.status != CaseStatus.OPEN:
        _end(analysis, AnalysisStatus.CANCELLED, at)
        analysis.save()
    elif analysis.attempts < MAX_ATTEMPTS:
        transitions.require(transitions.ANALYSIS, analysis.status, AnalysisStatus.QUEUED)
        analysis.status = AnalysisStatus.QUEUED
        analysis.claim_token = analysis.lease_until = None
        analysis.rung_at = at
        analysis.save()
        note(Act.LEASE_LOST, at=at, by=None, case=case, analysis=str(analysis.pk), reason=code)
        queue.ring(analysis)
    else:
        _end(analysis, AnalysisStatus.FAILED, at)
        analysis.failure_code, analysis.failure_sentence = code, sentence
        analysis.save()
        note(Act.ANALYSIS_FAILED, at=at, by=None, case=case, analysis=str(analysis.pk), reason=code)
        stage_reports.compose_if_complete(case, rule=rule, at=at)


def _end(analysis: Analysis, status: AnalysisStatus, at: datetime) -> None:
    transitions.require(transitions.ANALYSIS, analysis.status, status)
    analysis.status = status
    analysis.finished_at = at
    analysis.lease_until = analysis.claim_token = None


_RESULT_FIELDS = (
    "outcome",
    "predicted_class",
    "probabilities",
    "raw_probabilities",
    "prediction_set",
    "blast_suspect",
    "log_odds",
    "quality",
    "novelty",
    "refusal",
    "activation_map",
    "activation_inside",
    "warnings",
    "timings_ms",
    "pins",
)


def _cells(analysis: Analysis, found: tuple[FoundCell, ...]) -> list[Cell]:
    return [Cell(analysis=analysis, number=number, **asdict(cell)) for number, cell in enumerate(found, start=1)]
