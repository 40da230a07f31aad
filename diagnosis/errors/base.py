"""The kinds of refusal, which each way in translates to its own terms."""

from typing import ClassVar


class DiagnosisError(Exception):
    """A refusal; `code` is stable and `sentence` is for the person who asked."""

    code: ClassVar[str] = "refused"
    default_sentence: ClassVar[str] = "The request was refused."

    def __init__(self, sentence: str = "") -> None:
        self.sentence = sentence or self.default_sentence
        super().__init__(self.sentence)


class NotFound(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """Nothing of this id that the person may see; what belongs to other clinics does not exist for them."""

    code = "not_found"
    default_sentence = "There is nothing here that you may see. Check the address and your clinic."


class NotAllowed(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The person's role does not include this act."""

    code = "not_allowed"
    default_sentence = "Your role at this clinic does not include this. Ask a clinic administrator."


class Conflict(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The act contradicts what is stored."""

    code = "conflict"
    default_sentence = "Someone else changed this meanwhile. Reload the page and try again."


class Invalid(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """A field is missing or out of its range."""

    code = "invalid"
    default_sentence = "A field is missing or out of range. Correct it and send it again."
