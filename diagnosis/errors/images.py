"""Why a file does not become a smear."""

from django.utils.translation import gettext_lazy as _

from diagnosis.errors.base import DiagnosisError, NotFound


class ImageRefused(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The uploaded file cannot become a smear."""

    code = "image_refused"
    default_sentence = _("The file was refused. Export the image as JPEG or PNG and upload it again.")


class EmptyFile(ImageRefused):
    """The file has no bytes."""

    code = "empty_file"
    default_sentence = _("The file is empty. Save the image again on the camera's computer and upload that file.")


class FileTooLarge(ImageRefused):
    """The file has more bytes than the limit."""

    code = "file_too_large"
    default_sentence = _("The file is larger than the limit. Export it as JPEG at quality 90 and upload that file.")


class TooManyPixels(ImageRefused):
    """The image has more pixels than the limit."""

    code = "too_many_pixels"
    default_sentence = _("The image has more than 50 megapixels. Export the field of view at a lower resolution.")


class TooFewPixels(ImageRefused):
    """The image is too small to show a cell."""

    code = "too_few_pixels"
    default_sentence = _("The image is smaller than 64 by 64 pixels. Upload the original, not a thumbnail.")


class TooNarrow(ImageRefused):
    """The image is a strip and no field of view."""

    code = "too_narrow"
    default_sentence = _(
        "One side of the image is more than ten times as long as the other. "
        "Upload a field of view as the camera took it, not a strip of it."
    )


class NotAnImage(ImageRefused):
    """The content is no image of a type we read."""

    code = "not_an_image"
    default_sentence = _(
        "The file is not a JPEG, PNG, TIFF, BMP, WebP or GIF image. Export the field of view as JPEG or PNG."
    )


class TruncatedImage(ImageRefused):
    """The image data ends early or is damaged."""

    code = "truncated_image"
    default_sentence = _("The image is damaged or incomplete. Copy it from the camera again and upload that file.")


class MultipleFrames(ImageRefused):
    """The file holds several images."""

    code = "multiple_frames"
    default_sentence = _("The file holds several pages or frames. Export each field of view as a file of its own.")


class UnsupportedBitDepth(ImageRefused):
    """The image has more than 8 bits a channel."""

    code = "unsupported_bit_depth"
    default_sentence = _("The image has 16 bits per channel. Export it with 8 bits per channel and upload that file.")


class UnsupportedColours(ImageRefused):
    """The image is not in RGB or grey."""

    code = "unsupported_colours"
    default_sentence = _("The image is in print (CMYK) colours. Export it in RGB colours and upload that file.")


class ImageGone(NotFound):
    """The clinic's retention rule deleted the image; its results and reports stay."""

    code = "image_gone"
    default_sentence = _("This image was deleted by the clinic's retention rule. Its results and reports are kept.")
