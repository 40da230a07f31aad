"""How patients, cases and smears come in; the portal and the API both call these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO
from unicodedata import category

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext

from diagnosis import blood_counts, queue, uploads
from diagnosis.choices import Act, AnalysisStatus, CaseStatus, Priority
from diagnosis.errors import AlreadyExists, CaseClosed, ImageRefused, ImplausibleCount, Invalid, NamesAreOff
from diagnosis.models import Analysis, Case, Clinic, Patient, Smear
from diagnosis.permissions import Permission, require
from diagnosis.selectors.search import in_latin
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import Model

    from diagnosis.models import Device, User


# Control characters, marks of direction and joining, breaks of lines and paragraphs.
_UNSEEN = ("Cc", "Cf", "Zl", "Zp")
_WITHIN_PERSIAN_WORDS = "\N{ZERO WIDTH NON-JOINER}"


@dataclass(frozen=True, slots=True)
class Registered:
    """A stored smear and the analysis to poll; `created` is false when the case already held the image."""

    smear: Smear
    analysis: Analysis
    created: bool


def register_patient(*, clinic: Clinic, by: User, number: str, **facts: Any) -> Patient:
    """Register a patient under the clinic's own number."""
    require(by, Permission.SUBMIT, clinic)
    if facts.get("name") and not clinic.stores_names:
        raise NamesAreOff(field="name")
    patient = Patient(clinic=clinic, number=in_latin(number.strip()), **facts)
    if _hides_a_sign(patient.number):
        raise Invalid(
            gettext(
                "The patient number holds a sign that cannot be seen, such as a line break or a mark of direction. "
                "Type the number instead of pasting it."
            ),
            field="number",
        )
    _check(patient)
    with transaction.atomic():
        if Patient.objects.numbered(patient.number, clinic=clinic):
            raise AlreadyExists(
                gettext("This patient number is already registered at this clinic. Look the patient up instead."),
                field="number",
            )
        _save_new(patient, numbered_by="number")
        note(Act.PATIENT_REGISTERED, at=timezone.now(), by=by, clinic=clinic, patient=str(patient.pk))
    return patient


def open_case(
    *,
    patient: Patient,
    by: User,
    accession: str = "",
    priority: str = Priority.ROUTINE,
    microscope: Device | None = None,
    at: datetime | None = None,
    **facts: Any,
) -> Case:
    """Open a case for a patient; without an accession number the clinic's next one is given."""
    at = at or timezone.now()
    clinic = patient.clinic
    require(by, Permission.SUBMIT, clinic)
    if microscope:
        if microscope.clinic_id != clinic.pk:
            raise Invalid(gettext("This microscope belongs to another clinic. Choose one of this clinic's."))
        # The report says it in words, which stay when the device is renamed.
        facts["device"] = facts.get("device") or microscope.name
    with transaction.atomic():
        case = Case(
            clinic=clinic,
            patient=patient,
            accession=accession.strip() or _next_accession(clinic, at),
            priority=priority,
            submitted_by=by,
            submitted_at=at,
            due_at=due_at(clinic, priority, at),
            microscope=microscope,
            **facts,
        )
        if _hides_a_sign(case.accession):
            raise Invalid(
                gettext(
                    "The accession number holds a sign that cannot be seen, such as a line break or a mark of "
                    "direction. Type the number instead of pasting it."
                ),
                field="accession",
            )
        _check(case)
        _check_counts(case)
        if Case.objects.filter(clinic=clinic, accession=case.accession).exists():
            raise AlreadyExists(
                gettext("This accession number is already in use at this clinic. Look the case up instead."),
                field="accession",
            )
        _save_new(case, numbered_by="accession")
        note(Act.CASE_OPENED, at=at, by=by, case=case, priority=priority)
    return case


def add_smear(*, case: Case, by: User, upload: BinaryIO, name: str = "", at: datetime | None = None) -> Registered:
    """Store an image of the case and queue its analysis; the same image again is the same smear."""
    at = at or timezone.now()
    require(by, Permission.SUBMIT, case.clinic)
    try:
        image = uploads.inspect(upload)
    except ImageRefused as refusal:
        note(Act.IMAGE_REFUSED, at=at, by=by, case=case, reason=refusal.code)
        raise
    with transaction.atomic():
        # The lock makes two uploads of one file, at the same moment, one smear.
        case = Case.objects.select_for_update(of=("self",)).select_related("clinic", "microscope").get(pk=case.pk)
        known = Smear.objects.filter(case=case, sha256=image.sha256).first()
        if known:
            note(Act.SMEAR_RECOGNISED, at=at, by=by, case=case, smear=str(known.pk))
            return Registered(known, newest_analysis(known), created=False)
        if case.status != CaseStatus.OPEN:
            raise CaseClosed
        smear = Smear(
            case=case,
            number=(case.smears.aggregate(last=Max("number"))["last"] or 0) + 1,
            media_type=image.media_type,
            width=image.width,
            height=image.height,
            size=len(image.data),
            sha256=image.sha256,
            upload_sha256=image.upload_sha256,
            original_name=uploads.original_name(name),
            uploaded_by=by,
            uploaded_at=at,
            micrometres_per_pixel=case.microscope.micrometres_per_pixel if case.microscope else None,
        )
        suffix = "jpg" if image.media_type == "image/jpeg" else "png"
        smear.image.save(f"smears/{case.pk}/{smear.pk}.{suffix}", ContentFile(image.data), save=False)
        smear.save()
        analysis = enqueue(smear, by=by, at=at)
        note(Act.SMEAR_STORED, at=at, by=by, case=case, smear=str(smear.pk), analysis=str(analysis.pk))
    return Registered(smear, analysis, created=True)


def withdraw(*, case: Case, by: User, at: datetime | None = None) -> Case:
    """Take an open case back; its waiting analyses are cancelled, and what is stored stays."""
    at = at or timezone.now()
    require(by, Permission.SUBMIT, case.clinic)
    with transaction.atomic():
        case = Case.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=case.pk)
        if case.status != CaseStatus.OPEN:
            raise CaseClosed(gettext("This case is signed or withdrawn already, so it stays as it is."))
        case.status = CaseStatus.WITHDRAWN
        case.save(update_fields=["status"])
        cancel_queued(case, at=at)
        note(Act.CASE_WITHDRAWN, at=at, by=by, case=case)
    return case


def cancel_queued(case: Case, *, at: datetime) -> None:
    """End what waits for a worker: of a closed case none takes it. The caller holds the case's lock."""
    waiting = Analysis.objects.filter(smear__case=case, status=AnalysisStatus.QUEUED)
    waiting.update(status=AnalysisStatus.CANCELLED, finished_at=at)


def enqueue(smear: Smear, *, by: User, at: datetime) -> Analysis:
    """Make a queued analysis and ring for it once this transaction is committed."""
    analysis = Analysis.objects.create(
        smear=smear,
        requested_by=by,
        priority=Priority.STAT if smear.case.is_critical else smear.case.priority,
        queued_at=at,
        rung_at=at,
    )
    queue.ring(analysis)
    return analysis


def newest_analysis(smear: Smear) -> Analysis:
    """Return the smear's latest run."""
    return smear.analyses.order_by("-queued_at", "-id")[0]


def due_at(clinic: Clinic, priority: str, since: datetime, *, is_critical: bool = False) -> datetime:
    """Return when a review is due, by the clinic's targets."""
    if is_critical or priority == Priority.STAT:
        minutes = clinic.critical_target
    elif priority == Priority.URGENT:
        minutes = clinic.urgent_target
    else:
        minutes = clinic.routine_target
    return since + timedelta(minutes=minutes)


def _next_accession(clinic: Clinic, at: datetime) -> str:
    while True:
        Clinic.objects.filter(pk=clinic.pk).update(last_accession=F("last_accession") + 1)
        clinic.refresh_from_db(fields=["last_accession"])
        accession = f"{clinic.slug.upper()}-{at:%y}-{clinic.last_accession:05d}"
        if not Case.objects.filter(clinic=clinic, accession=accession).exists():
            return accession


def _hides_a_sign(number: str) -> bool:
    """Whether two numbers that look alike could differ in it, or what stands after it be turned around."""
    return any(category(sign) in _UNSEEN and sign != _WITHIN_PERSIAN_WORDS for sign in number)


def _check_counts(case: Case) -> None:
    counts = {"haemoglobin": case.haemoglobin, "white_cells": case.white_cells, "platelets": case.platelets}
    for name, sentence in blood_counts.impossible(counts).items():
        raise ImplausibleCount(sentence, field=name)


def _check(row: Model) -> None:
    """Raise Invalid with a sentence for each field that is missing or out of its range."""
    try:
        row.clean_fields()
    except ValidationError as error:
        raise Invalid(
            " ".join(f"{name}: {message}" for name, messages in error.message_dict.items() for message in messages)
        ) from error


def _save_new(row: Model, *, numbered_by: str) -> None:
    """Insert a row whose number was free a moment ago; a race for it ends as AlreadyExists."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyExists(field=numbered_by) from error
