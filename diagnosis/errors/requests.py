"""Refusals of a request as such, whatever it is about."""

from django.utils.translation import gettext_lazy as _

from diagnosis.errors.base import DiagnosisError


class SignInFailed(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The username and the password do not belong together, or the account is closed."""

    code = "sign_in_failed"
    default_sentence = _("The username or the password is not right. Type both again, or ask a clinic administrator.")


class RequestTooLarge(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The request has more bytes, fields or files than any that is meant."""

    code = "request_too_large"
    default_sentence = _("The request is larger than the limit. Send one image in each request, and short texts.")


class LengthRequired(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The request streams a body of unknown length."""

    code = "length_required"
    default_sentence = _("The request does not say how long it is. Send it with a Content-Length, not chunked.")


class TooManyTries(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """Too many wrong passwords were sent for one user name from one address."""

    code = "too_many_tries"
    default_sentence = _("Too many wrong passwords. Wait ten minutes, then try again, or ask a clinic administrator.")


class Unavailable(DiagnosisError):  # noqa: N818 - reads as a sentence where it is raised
    """The database does not answer; nobody can say what of the request it stored before."""

    code = "unavailable"
    default_sentence = _(
        "The database does not answer just now. Send the request again in a few seconds: "
        "an image, a patient number or an accession number that was stored already is recognised."
    )
