"""Refusals about opinions and signatures."""

from django.utils.translation import gettext_lazy as _

from diagnosis.errors.base import Conflict, Invalid, NotAllowed


class StalePage(Conflict):
    """What would be signed is no longer what was on the screen."""

    code = "stale_page"
    default_sentence = _("The report changed since you opened this page. Read it again, then sign.")


class OwnCase(NotAllowed):
    """Nobody signs a case that they submitted, or that holds a smear of theirs."""

    code = "own_case"
    default_sentence = _("You submitted this case or a smear in it, so another specialist has to sign it.")


class HeldByAnother(Conflict):
    """Another reader has the case."""

    code = "held_by_another"
    default_sentence = _("Another reader has this case. Take it over first, then go on.")


class WrongPassword(NotAllowed):
    """The password at sign-off does not match."""

    code = "wrong_password"
    default_sentence = _("The password is not right, so nothing was signed. Type your own password again.")


class ReasonsMissing(Invalid):
    """A correction or rejection needs its reasons."""

    code = "reasons_missing"
    default_sentence = _("Say why: a correction, a rejection and an amendment need their reasons in words.")


class OpinionContradicts(Invalid):
    """The parts of an opinion contradict each other."""

    code = "opinion_contradicts"
    default_sentence = _("Finding, pattern and blast count contradict each other. Correct the one that is wrong.")


class NothingToReview(Invalid):
    """The case has no image yet."""

    code = "nothing_to_review"
    default_sentence = _("This case has no image yet, so there is nothing to review. Ask the clinic to upload smears.")


class ReadsBlind(NotAllowed):
    """The machine's result is hidden until the reader's own opinion is committed."""

    code = "blind"
    default_sentence = _("You read this case blind. Commit your own opinion, and the machine's result is shown.")


class NotYourReading(NotAllowed):
    """The case waits for a reading by somebody who has not read it yet."""

    code = "not_your_reading"
    default_sentence = _("This case waits for another specialist, who reads it independently of you.")


class DraftChanged(Conflict):
    """Another tab saved the same draft meanwhile."""

    code = "draft_changed"
    default_sentence = _(
        "This opinion was changed in another tab. Reload the page to see it, or send it again to keep what stands here."
    )
