"""The one function that writes the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from diagnosis.models import AuditRecord

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.choices import Act
    from diagnosis.models import Case, Clinic, User

Fact = str | int | float | None

log = structlog.get_logger(__name__)


def note(
    act: Act,
    *,
    at: datetime,
    by: User | None,
    clinic: Clinic | None = None,
    case: Case | None = None,
    once: str | None = None,
    **detail: Fact | list[Fact] | dict[str, list[Fact]],
) -> None:
    """Record an act; `detail` takes ids and codes, never what identifies a patient.

    What is recorded `once` under a name is not recorded under it again.
    """
    if once is not None and AuditRecord.objects.filter(once=once).exists():
        return
    if clinic is None and case is not None:
        clinic = case.clinic
    record = AuditRecord(act=act, at=at, by=by, clinic=clinic, case=case, once=once, detail=detail)
    # Of two at the same moment one is kept.
    AuditRecord.objects.bulk_create([record], ignore_conflicts=once is not None)
    log.info(
        act.value,
        case=str(case.pk) if case else None,
        by=by.pk if by else None,
        **detail,
    )
