"""The domain in PostgreSQL. Trained models live in the top-level package `models`."""

from diagnosis.models.analysis import Analysis
from diagnosis.models.audit import AuditRecord
from diagnosis.models.case import Case
from diagnosis.models.cell import Cell
from diagnosis.models.clinic import Clinic
from diagnosis.models.patient import Patient
from diagnosis.models.people import Membership, User
from diagnosis.models.review import Review
from diagnosis.models.shadow_result import ShadowResult
from diagnosis.models.signed_report import SignedReport
from diagnosis.models.smear import Smear
from diagnosis.models.stage_report import StageReport, StageReportImage
from diagnosis.models.stored_file import StoredFile

__all__ = [
    "Analysis",
    "AuditRecord",
    "Case",
    "Cell",
    "Clinic",
    "Membership",
    "Patient",
    "Review",
    "ShadowResult",
    "SignedReport",
    "Smear",
    "StageReport",
    "StageReportImage",
    "StoredFile",
    "User",
]
