"""How a file in pieces is spoken of over HTTP: tus 1.0.0 (https://tus.io), with creation and termination.

Beyond the protocol, each file is announced with its SHA-256: it is how one that was half sent is known again.
"""

from __future__ import annotations

import base64
import binascii
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from diagnosis.errors import Invalid, LengthRequired, UnknownProtocol
from diagnosis.services.uploads import Announced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnosis.models import Upload

VERSION = "1.0.0"
PIECES = "application/offset+octet-stream"


def discovery() -> dict[str, str]:
    """Return what a client may ask before it begins."""
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,termination",
        "Tus-Max-Size": str(settings.MAX_UPLOAD_BYTES),
    }


def spoken(status: int) -> dict[str, str]:
    """Return what every answer says of the protocol, a refusal too; a refused version is told which one is spoken."""
    headers = {"Tus-Resumable": VERSION}
    return {**headers, "Tus-Version": VERSION} if status == HTTPStatus.PRECONDITION_FAILED else headers


def standing(upload: Upload) -> dict[str, str]:
    """Return how far an upload is."""
    return {
        "Upload-Offset": str(upload.received),
        "Upload-Length": str(upload.size),
        "Cache-Control": "no-store",
    }


def require_version(headers: Mapping[str, str]) -> None:
    """Refuse a request that speaks another version; one that names none means ours."""
    if headers.get("Tus-Resumable", VERSION) != VERSION:
        raise UnknownProtocol


def announced(headers: Mapping[str, str], *, draft: str) -> tuple[Announced, dict[str, str]]:
    """Return the file that is announced, and all that was said of it; `draft` is the key that names its form."""
    said = _metadata(headers.get("Upload-Metadata", ""))
    sha256 = said.get("sha256", "").lower()
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise Invalid(_("Announce the file with its SHA-256, as `sha256` in Upload-Metadata."))
    try:
        form = UUID(said.get(draft, ""))
    except ValueError as error:
        raise Invalid(_("Say in Upload-Metadata what the file belongs to, as `%(key)s`.") % {"key": draft}) from error
    name = said.get("name") or said.get("filename", "")
    return Announced(draft=form, size=_number(headers, "Upload-Length"), sha256=sha256, name=name), said


def offset_of(headers: Mapping[str, str]) -> int:
    """Return where the piece begins."""
    if "Transfer-Encoding" in headers and not headers.get("Content-Length"):
        raise LengthRequired
    return _number(headers, "Upload-Offset")


def length_of(headers: Mapping[str, str]) -> int:
    """Return how many bytes the piece has."""
    return int(headers.get("Content-Length") or 0)


def _number(headers: Mapping[str, str], name: str) -> int:
    value = headers.get(name, "")
    if not re.fullmatch("[0-9]{1,15}", value):
        raise Invalid(_("Send the header %(name)s with a number of bytes.") % {"name": name})
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """Read `key base64,key base64`."""
    said = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        key, _space, value = pair.partition(" ")
        try:
            said[key] = base64.b64decode(value, validate=True).decode().replace("\x00", "")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise Invalid(_("Upload-Metadata has to be pairs of a key and its value in Base64.")) from error
    return said
