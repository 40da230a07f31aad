"""One act of the submitting doctor: a case for a patient, known or new, opened once however often it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from diagnosis.choices import Sex
from diagnosis.errors import AlreadyExists, PatientDiffers
from diagnosis.models import Case, Patient
from diagnosis.permissions import Permission, require
from diagnosis.selectors.search import in_latin
from diagnosis.services import intake

if TYPE_CHECKING:
    from uuid import UUID

    from diagnosis.models import Clinic, User


@transaction.atomic
def submit_case(
    *, clinic: Clinic, by: User, draft: UUID, number: str, patient_facts: dict[str, Any], **facts: Any
) -> Case:
    """Open a case for the clinic's patient of this number, registered where new. A draft sent twice is one case."""
    require(by, Permission.SUBMIT, clinic)
    number = in_latin(number.strip())
    sent = Case.objects.select_related("patient").filter(pk=draft, clinic=clinic, submitted_by=by).first()
    if sent:
        # Only the very same form is taken for sent: images must never join another patient's case.
        if sent.patient != Patient.objects.numbered(number, clinic=clinic):
            sentence = _("This form was sent as case %(accession)s. Reload the page to submit another case.")
            raise AlreadyExists(sentence % {"accession": sent.accession})
        _require_same(sent.patient, patient_facts)
        _require_unchanged(sent, facts)
        return sent
    patient = Patient.objects.numbered(number, clinic=clinic)
    if patient is None:
        patient = intake.register_patient(clinic=clinic, by=by, number=number, **patient_facts)
    else:
        _require_same(patient, patient_facts)
    return intake.open_case(patient=patient, by=by, id=draft, **facts)


def _require_unchanged(sent: Case, facts: dict[str, Any]) -> None:
    """Refuse a form that arrived, and was changed before being sent again: its change would be lost unseen."""
    microscope = facts.get("microscope")
    stored = {**facts, "device": facts.get("device") or (microscope.name if microscope else "")}
    if not stored.get("accession"):
        stored["accession"] = sent.accession
    if any(getattr(sent, name) != value for name, value in stored.items()):
        sentence = _(
            "This form arrived before you changed it, as case %(accession)s, and the case stands as it first arrived. "
            "Look it up: leave it so, or withdraw it and submit a new form."
        )
        raise AlreadyExists(sentence % {"accession": sent.accession})


def _require_same(patient: Patient, facts: dict[str, Any]) -> None:
    """Refuse a registered number with another patient's facts: the number may be mistyped."""
    given = {name: value for name, value in facts.items() if value not in ("", None, Sex.UNKNOWN)}
    if any(getattr(patient, name) != value for name, value in given.items()):
        sentence = _(
            "Patient %(number)s is registered here with year of birth %(year)s, sex %(sex)s. "
            "Check the number; if it is right, leave these facts as they are registered."
        )
        year = patient.year_of_birth or _("not recorded")
        words = {"number": patient.number, "year": year, "sex": patient.get_sex_display()}
        raise PatientDiffers(sentence % words, field="number")
