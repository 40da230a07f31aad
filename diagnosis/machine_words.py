"""What the machine writes, in the reader's language. It writes and stores English, and that binds."""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

# The case rule's two binding wordings come first.
_SENTENCES = (
    _(
        "Blast-like lymphoid cells suspected (AI, unverified). Pattern most similar to class %(pattern)s. "
        "Not a diagnosis and not a measure of severity. Correlate with full blood count, differential, "
        "flow cytometry, with or without marrow and genetics."
    ),
    _(
        "No blast-suspect pattern in the analysed images; pattern most similar to hematogones. "
        "Leukaemia is not excluded."
    ),
    _(
        "Insufficient for a case-level statement: %(images)s image(s) and %(leukocytes)s leukocyte(s) could be used; "
        "at least %(minimum_images)s image(s) and %(minimum_leukocytes)s leukocyte(s) are needed."
    ),
    _("Indeterminate: the images of this case contradict each other."),
    _("Analysis unavailable: no image of this case could be analysed."),
    _("Leukaemia is not excluded."),
    # Why an image was used or left out.
    _("used, although the image alone gives no class"),
    _("used"),
    _("left out: unlike the images the network was trained on"),
    _("left out: image quality"),
    _("left out: the file could not be read"),
    _("left out: the analysis failed"),
    _("left out: the outcome is not known to the rule"),
    _("left out: the analysis holds no probabilities"),
    # What to do at the microscope.
    _("Image too small: upload the camera's original, not a preview."),
    _("Underexposed: raise the lamp or the exposure time and retake."),
    _("Overexposed: lower the lamp or the exposure time and retake."),
    _("Too little contrast: close the condenser diaphragm slightly, clean the lens and retake."),
    _("No stain colour: check the stain, switch the camera to colour and retake."),
    _("Out of focus: refocus with the fine knob and retake."),
    _("No leukocytes in view: move to a field with leukocytes and retake."),
    _("Too crowded: move to where the cells lie in one layer and retake."),
    _(
        "This does not look like a stained blood smear like those the classifier knows: check the stain and the "
        "objective."
    ),
    # What a reader should know of an image's result.
    _("No scale could be found from red cells: the image was analysed as if it were one training field."),
    _("The image shows less than a training field: for the network it was continued by its own mirror image."),
    _("The image shows more than a training field: the network was shown %(number)s parts of it that hold leukocytes."),
    _("The image shows a small part of a training field: it was analysed as if it were one."),
    _(
        "Most of the activation map's energy lies outside the cells, so the map does not show that the result rests on "
        "them: read this image yourself before relying on it."
    ),
    # Why a file could not be analysed.
    _("The file holds no bytes: export the image again and upload the new file."),
    _("The file is not an image that can be read: save it as JPEG, PNG or TIFF and upload that."),
    _("The image ends before it is complete: copy it again from the camera and upload it."),
    _("The image has more than 50 million pixels: photograph single fields of view instead of the whole slide."),
    _("The image is smaller than %(side)s pixels on a side: upload the camera's original, not a preview."),
    _("The file holds several images (an animation or several pages): save each field of view as its own file."),
    _("The image has more than 8 bits in each colour: save it again with 8 bits for each colour."),
    _("The image is not in RGB colours (it is CMYK or similar): save it again as RGB."),
    # Why an analysis failed.
    _("The worker stopped before it finished. Run the analysis again."),
    _("The analysis took longer than %(seconds)s seconds. Run it again."),
    _("The analysis ended with an error. Run it again, or tell the operator."),
)
_PLACE = re.compile(r"%\\\((\w+)\\\)s")
# English says one image or two images; a translation need not.
_PLURALS = {"image(s)": "images?", "leukocyte(s)": "leukocytes?"}


def said(english: str) -> str:
    """Return the machine's words in the reader's language; words that are not known here stay English."""
    if (get_language() or "en").startswith("en"):
        return english
    translated, left = [], english
    while left:
        known = next(((found, text) for pattern, text in _patterns() if (found := pattern.match(left))), None)
        if known is None:
            return english
        found, text = known
        translated.append(gettext(text) % _values(found))
        left = left[found.end() :]
    return " ".join(translated)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(_as_written(sentence)), sentence) for sentence in _SENTENCES)


def _as_written(sentence: str) -> str:
    """Return a pattern for the sentence with any values, at the end of the text or before a further sentence."""
    pattern = re.escape(sentence)
    for plural, either in _PLURALS.items():
        pattern = pattern.replace(re.escape(plural), either)
    return _PLACE.sub(r"(?P<\1>.+?)", pattern) + r"(?:\s+|$)"


def _values(found: re.Match[str]) -> dict[str, str]:
    return {name: gettext(value) for name, value in found.groupdict().items()}
