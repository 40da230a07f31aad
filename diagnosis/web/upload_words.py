"""What the form says of a file on its way: how far it is, what the instant check saw, what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diagnosis import machine_words
from diagnosis.choices import UploadState
from diagnosis.errors import ImageRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnosis.models import Case, Upload

# A number keeps its own direction within a sentence of another.
_AS_TYPED = "\N{FIRST STRONG ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}"


def row(upload: Upload, elsewhere: Sequence[Case | None] = ()) -> dict[str, Any]:
    """Return an upload as the form shows it, `look` names how; with the other cases to which the file was sent."""
    check = upload.check_result or {}
    look = upload.state
    if upload.state in (UploadState.WHOLE, UploadState.CHECKED):
        look = "good" if check.get("passed") else "retake" if check else "checking"
    return {
        "id": str(upload.pk),
        "address": reverse("upload-pieces", args=[upload.pk]),
        "picture": reverse("upload-picture", args=[upload.pk]),
        "name": upload.name,
        "size": upload.size,
        "received": upload.received,
        "sha256": upload.sha256,
        "look": look,
        "checked": bool(check),
        "advised": bool(check and not check["passed"]),
        "warned": bool(elsewhere),
        "sentence": " ".join([_sentence(upload, check), *map(_also_in, elsewhere)]),
    }


def _sentence(upload: Upload, check: dict[str, Any]) -> str:
    if upload.state == UploadState.REFUSED:
        return _refusal(upload.refusal_code)
    seen = _seen(check)
    if upload.smear:
        return " ".join([_("Stored as image %(number)s.") % {"number": upload.smear.number}, *seen])
    return " ".join(seen) or _("Sent. It is being checked.")


def _seen(check: dict[str, Any]) -> list[str]:
    if not check:
        return []
    if not check["passed"]:
        return [machine_words.said(sentence) for sentence in check["advice"]]
    number = check["leukocytes"]
    return [
        ngettext(
            "Focus, light and stain will do; %(number)s leukocyte in view.",
            "Focus, light and stain will do; %(number)s leukocytes in view.",
            number,
        )
        % {"number": number}
    ]


def _also_in(case: Case | None) -> str:
    if case is None:
        return _("The same file is in a case of another clinic: check that it is this patient's.")
    words = _("The same file is in case %(accession)s of patient %(patient)s: check that it belongs here.")
    return words % {"accession": _AS_TYPED % case.accession, "patient": _AS_TYPED % case.patient.number}


def _refusal(code: str) -> str:
    kinds = {kind.code: kind for kind in ImageRefused.__subclasses__()}
    return str(kinds.get(code, ImageRefused).default_sentence)
