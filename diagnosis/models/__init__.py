"""The domain in PostgreSQL. Trained models live in the top-level package `models`."""

from diagnosis.models.analysis import Analysis
from diagnosis.models.audit import AuditRecord
from diagnosis.models.case import Case
from diagnosis.models.cell import Cell
from diagnosis.models.cell_mark import CellMark
from diagnosis.models.clinic import Clinic
from diagnosis.models.counted_day import CountedDay
from diagnosis.models.delivery import Delivery
from diagnosis.models.device import Device
from diagnosis.models.draft import Draft
from diagnosis.models.notice import Notice, NoticeEvent
from diagnosis.models.on_call import OnCall
from diagnosis.models.patient import Patient
from diagnosis.models.people import Membership, User
from diagnosis.models.question import Answer, Question
from diagnosis.models.reading_request import ReadingRequest
from diagnosis.models.review import Review
from diagnosis.models.saved_view import SavedView
from diagnosis.models.shadow_result import ShadowResult
from diagnosis.models.shadow_statement import ShadowStatement
from diagnosis.models.signed_report import SignedReport
from diagnosis.models.smear import Smear
from diagnosis.models.stage_report import StageReport, StageReportImage
from diagnosis.models.stored_file import StoredFile
from diagnosis.models.upload import Upload, UploadChunk

__all__ = [
    "Analysis",
    "Answer",
    "AuditRecord",
    "Case",
    "Cell",
    "CellMark",
    "Clinic",
    "CountedDay",
    "Delivery",
    "Device",
    "Draft",
    "Membership",
    "Notice",
    "NoticeEvent",
    "OnCall",
    "Patient",
    "Question",
    "ReadingRequest",
    "Review",
    "SavedView",
    "ShadowResult",
    "ShadowStatement",
    "SignedReport",
    "Smear",
    "StageReport",
    "StageReportImage",
    "StoredFile",
    "Upload",
    "UploadChunk",
    "User",
]
