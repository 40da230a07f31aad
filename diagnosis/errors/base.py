"""The kinds of refusal, which each way in translates to its own terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class DiagnosisError(Exception):
    """A refusal; `code` is stable, `sentence` is for the person who asked, `field` names what it is about if known."""

    code: ClassVar[str] = "refused"
    default_sentence: ClassVar[StrOrPromise] = _("The request was refused.")

    def __init__(self, sentence: StrOrPromise = "", *, field: str = "") -> None:
        self.sentence = str(sentence or self.default_sentence)
        self.field = field
        super().__init__(self.sentence)


class NotFound(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """Nothing of this id that the person may see; what belongs to other clinics does not exist for them."""

    code = "not_found"
    default_sentence = _("There is nothing here that you may see. Check the address and your clinic.")


class NotAllowed(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The person's role does not include this act."""

    code = "not_allowed"
    default_sentence = _("Your role at this clinic does not include this. Ask a clinic administrator.")


class Conflict(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The act contradicts what is stored."""

    code = "conflict"
    default_sentence = _("Someone else changed this meanwhile. Reload the page and try again.")


class Invalid(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """A field is missing or out of its range."""

    code = "invalid"
    default_sentence = _("A field is missing or out of range. Correct it and send it again.")
