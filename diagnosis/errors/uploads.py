"""Refusals of a file that comes in pieces."""

from django.utils.translation import gettext_lazy as _

from diagnosis.errors.base import Conflict, DiagnosisError
from diagnosis.errors.images import ImageRefused


class OffsetDiffers(Conflict):
    """The piece does not begin where the upload stands."""

    code = "offset_differs"
    default_sentence = _("The piece does not follow on what has arrived. Ask how far the upload is, and go on there.")


class UploadDiffers(ImageRefused):
    """What arrived has another SHA-256 than was announced."""

    code = "upload_differs"
    default_sentence = _("The file arrived damaged, or was changed while it was sent. Send it again.")


class TooManyUploads(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The person has too many files, or bytes, on their way."""

    code = "too_many_uploads"
    default_sentence = _("Too many files are on their way. Submit their cases or remove them, then try again.")


class UnknownProtocol(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The request speaks another version of the protocol for uploads."""

    code = "unknown_protocol"
    default_sentence = _("Uploads in pieces speak tus 1.0.0. Send the header Tus-Resumable: 1.0.0.")
