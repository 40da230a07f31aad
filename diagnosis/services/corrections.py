"""What the audit trail holds of facts and rules that an operator changes in the admin.

Facts of a case or a patient by their names alone, since the trail is exported; the admin's own history has the values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from diagnosis.choices import Act
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from diagnosis.models import Case, Clinic, Patient, User
    from diagnosis.services.audit import Fact


def case_corrected(case: Case, fields: Iterable[str], *, by: User) -> None:
    """Record that facts of a case became others."""
    note(Act.CASE_CORRECTED, at=timezone.now(), by=by, case=case, fields=list(fields))


def patient_corrected(patient: Patient, fields: Iterable[str], *, by: User) -> None:
    """Record that facts of a patient became others, at each of their cases too: its readers have seen the earlier."""
    cases: list[Case | None] = [*patient.cases.all()]
    for case in cases or [None]:
        note(
            Act.PATIENT_CORRECTED,
            at=timezone.now(),
            by=by,
            clinic=patient.clinic,
            case=case,
            patient=str(patient.pk),
            fields=list(fields),
        )


def clinic_changed(clinic: Clinic, changes: Mapping[str, list[Fact]], *, by: User) -> None:
    """Record a clinic's rules before and after: they identify nobody."""
    note(Act.CLINIC_CHANGED, at=timezone.now(), by=by, clinic=clinic, changes=dict(changes))
