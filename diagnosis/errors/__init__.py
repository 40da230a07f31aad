"""Every refusal that people can meet: a stable code and a sentence that says what to do.

The ways in translate the kind to their own terms (the API to a status code, the portal to a message).
"""

from diagnosis.errors.base import Conflict, DiagnosisError, Invalid, NotAllowed, NotFound
from diagnosis.errors.cases import (
    AlreadyExists,
    AnalysisActive,
    CaseClosed,
    ImplausibleCount,
    NamesAreOff,
    NoStageReport,
    PatientDiffers,
    StageReportNotReady,
    TransitionRefused,
)
from diagnosis.errors.images import (
    EmptyFile,
    FileTooLarge,
    ImageGone,
    ImageRefused,
    MultipleFrames,
    NotAnImage,
    TooFewPixels,
    TooManyPixels,
    TruncatedImage,
    UnsupportedBitDepth,
    UnsupportedColours,
)
from diagnosis.errors.reading import (
    DraftChanged,
    HeldByAnother,
    NothingToReview,
    NotYourReading,
    OpinionContradicts,
    OwnCase,
    ReadsBlind,
    ReasonsMissing,
    StalePage,
    WrongPassword,
)
from diagnosis.errors.requests import LengthRequired, RequestTooLarge, SignInFailed, TooManyTries
from diagnosis.errors.uploads import OffsetDiffers, UnknownProtocol, UploadDiffers

__all__ = [
    "AlreadyExists",
    "AnalysisActive",
    "CaseClosed",
    "Conflict",
    "DiagnosisError",
    "DraftChanged",
    "EmptyFile",
    "FileTooLarge",
    "HeldByAnother",
    "ImageGone",
    "ImageRefused",
    "ImplausibleCount",
    "Invalid",
    "LengthRequired",
    "MultipleFrames",
    "NamesAreOff",
    "NoStageReport",
    "NotAllowed",
    "NotAnImage",
    "NotFound",
    "NotYourReading",
    "NothingToReview",
    "OffsetDiffers",
    "OpinionContradicts",
    "OwnCase",
    "PatientDiffers",
    "ReadsBlind",
    "ReasonsMissing",
    "RequestTooLarge",
    "SignInFailed",
    "StageReportNotReady",
    "StalePage",
    "TooFewPixels",
    "TooManyPixels",
    "TooManyTries",
    "TransitionRefused",
    "TruncatedImage",
    "UnknownProtocol",
    "UnsupportedBitDepth",
    "UnsupportedColours",
    "UploadDiffers",
    "WrongPassword",
]
