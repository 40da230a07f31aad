"""Every enumeration that is stored or shown."""

from diagnosis.choices.acts import Act
from diagnosis.choices.cases import CaseState, CaseStatus, Priority, Specimen, UploadState
from diagnosis.choices.critical import DeliveryKind, DeliveryState, NoticeEventKind, Unreached
from diagnosis.choices.machine import (
    ACTIVE_ANALYSIS,
    ENDED_ANALYSIS,
    AnalysisStatus,
    CaseChange,
    Comparison,
    Outcome,
    Statement,
    Subtype,
)
from diagnosis.choices.people import Role, Sex
from diagnosis.choices.reading import Decision, Finding, MarkKind, Meaning, ReadingKind, ReadingReason, TallyKind

__all__ = [
    "ACTIVE_ANALYSIS",
    "ENDED_ANALYSIS",
    "Act",
    "AnalysisStatus",
    "CaseChange",
    "CaseState",
    "CaseStatus",
    "Comparison",
    "Decision",
    "DeliveryKind",
    "DeliveryState",
    "Finding",
    "MarkKind",
    "Meaning",
    "NoticeEventKind",
    "Outcome",
    "Priority",
    "ReadingKind",
    "ReadingReason",
    "Role",
    "Sex",
    "Specimen",
    "Statement",
    "Subtype",
    "TallyKind",
    "Unreached",
    "UploadState",
]
