"""Every refusal that people can meet: a stable code and a sentence that says what to do.

The ways in translate the kind to their own terms (the API to a status code, the portal to a message).
"""

from typing import ClassVar


class DiagnosisError(Exception):
    """A refusal; `code` is stable and `sentence` is for the person who asked."""

    code: ClassVar[str] = "refused"
    default_sentence: ClassVar[str] = "The request was refused."

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.default_sentence
        super().__init__(self.sentence)


class SignInFailed(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The username and the password do not belong together, or the account is closed."""

    code = "sign_in_failed"
    default_sentence = "The username or the password is not right. Type both again, or ask a clinic administrator."


class NotFound(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """Nothing of this id that the person may see; what belongs to other clinics does not exist for them."""

    code = "not_found"
    default_sentence = "There is nothing here that you may see. Check the address and your clinic."


class StageReportNotReady(NotFound):
    """The case's analyses have not all ended."""

    code = "stage_report_not_ready"
    default_sentence = "The images are still being analysed. Ask again in a few seconds."


class NoStageReport(NotFound):
    """The case will never have a report."""

    code = "no_stage_report"
    default_sentence = "This case was withdrawn, so it has no stage report. Open a new case instead."


class NotAllowed(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The person's role does not include this act."""

    code = "not_allowed"
    default_sentence = "Your role at this clinic does not include this. Ask a clinic administrator."


class Conflict(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The act contradicts what is stored."""

    code = "conflict"
    default_sentence = "Someone else changed this meanwhile. Reload the page and try again."


class TransitionRefused(Conflict):
    """The status table does not allow it."""

    code = "transition_refused"
    default_sentence = "This cannot follow from the present state. Reload the page to see it."


class AlreadyExists(Conflict):
    """A number that must be unique is taken."""

    code = "already_exists"
    default_sentence = "This number is already in use at this clinic. Look it up instead of creating it again."


class PatientDiffers(Conflict):
    """The patient number belongs to somebody with other facts."""

    code = "patient_differs"
    default_sentence = "This number is registered with another year of birth or sex. Check the number."


class CaseClosed(Conflict):
    """The case is signed or withdrawn."""

    code = "case_closed"
    default_sentence = "This case is closed. Open a new case for further images."


class StalePage(Conflict):
    """What would be signed is no longer what was on the screen."""

    code = "stale_page"
    default_sentence = "The report changed since you opened this page. Read it again, then sign."


class AnalysisActive(Conflict):
    """The smear is being analysed already."""

    code = "analysis_active"
    default_sentence = "This smear is being analysed now. Wait for the result, then run it again."


class OwnCase(NotAllowed):
    """Nobody signs a case that they submitted."""

    code = "own_case"
    default_sentence = "You submitted this case, so another specialist has to sign it."


class WrongPassword(NotAllowed):
    """The password at sign-off does not match."""

    code = "wrong_password"
    default_sentence = "The password is not right, so nothing was signed. Type your own password again."


class Invalid(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """A field is missing or out of its range."""

    code = "invalid"
    default_sentence = "A field is missing or out of range. Correct it and send it again."


class RequestTooLarge(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The request has more bytes, fields or files than any that is meant."""

    code = "request_too_large"
    default_sentence = "The request is larger than the limit. Send one image in each request, and short texts."


class LengthRequired(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The request streams a form of unknown length."""

    code = "length_required"
    default_sentence = "The request does not say how long it is. Send it with a Content-Length, not chunked."


class NamesAreOff(Invalid):
    """The clinic does not store names."""

    code = "names_are_off"
    default_sentence = "This clinic does not store patient names. Leave the name out and use the clinic's number."


class ReasonsMissing(Invalid):
    """A correction or rejection needs its reasons."""

    code = "reasons_missing"
    default_sentence = "Say why: a correction, a rejection and an amendment need their reasons in words."


class OpinionContradicts(Invalid):
    """The parts of an opinion contradict each other."""

    code = "opinion_contradicts"
    default_sentence = "Finding, pattern and blast count contradict each other. Correct the one that is wrong."


class ImplausibleCount(Invalid):
    """A blood count is outside what is possible in the unit that is asked for."""

    code = "implausible_count"
    default_sentence = "A blood count is out of range. Check its unit."


class NothingToReview(Invalid):
    """The case has no image yet."""

    code = "nothing_to_review"
    default_sentence = "This case has no image yet, so there is nothing to review. Ask the clinic to upload smears."


class ImageRefused(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The uploaded file cannot become a smear."""

    code = "image_refused"
    default_sentence = "The file was refused. Export the image as JPEG or PNG and upload it again."


class EmptyFile(ImageRefused):
    """The file has no bytes."""

    code = "empty_file"
    default_sentence = "The file is empty. Save the image again on the camera's computer and upload that file."


class FileTooLarge(ImageRefused):
    """The file has more bytes than the limit."""

    code = "file_too_large"
    default_sentence = "The file is larger than the limit. Export it as JPEG at quality 90 and upload that file."


class TooManyPixels(ImageRefused):
    """The image has more pixels than the limit."""

    code = "too_many_pixels"
    default_sentence = "The image has more than 50 megapixels. Export the field of view at a lower resolution."


class TooFewPixels(ImageRefused):
    """The image is too small to show a cell."""

    code = "too_few_pixels"
    default_sentence = "The image is smaller than 64 by 64 pixels. Upload the original, not a thumbnail."


class NotAnImage(ImageRefused):
    """The content is no image of a type we read."""

    code = "not_an_image"
    default_sentence = "The file is not a JPEG, PNG, TIFF, BMP or WebP image. Export the field of view as JPEG or PNG."


class TruncatedImage(ImageRefused):
    """The image data ends early or is damaged."""

    code = "truncated_image"
    default_sentence = "The image is damaged or incomplete. Copy it from the camera again and upload that file."


class MultipleFrames(ImageRefused):
    """The file holds several images."""

    code = "multiple_frames"
    default_sentence = "The file holds several pages or frames. Export each field of view as a file of its own."


class UnsupportedBitDepth(ImageRefused):
    """The image has more than 8 bits a channel."""

    code = "unsupported_bit_depth"
    default_sentence = "The image has 16 bits per channel. Export it with 8 bits per channel and upload that file."


class UnsupportedColours(ImageRefused):
    """The image is not in RGB or grey."""

    code = "unsupported_colours"
    default_sentence = "The image is in print (CMYK) colours. Export it in RGB colours and upload that file."
