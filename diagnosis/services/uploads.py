"""Files that come in pieces: begun, received, whole, a smear. A line that breaks costs no byte that arrived.

An upload belongs to a form, by the id that its case will have. Once that case is open, what is whole becomes a smear.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy

from diagnosis import queue
from diagnosis import uploads as images
from diagnosis.choices import Act, CaseStatus, UploadState
from diagnosis.errors import CaseClosed, EmptyFile, FileTooLarge, ImageRefused, Invalid, NotAllowed, OffsetDiffers
from diagnosis.errors import UploadDiffers as Differs
from diagnosis.models import Case, Smear, Upload, UploadChunk
from diagnosis.permissions import Permission, clinics_where, require
from diagnosis.services import intake
from diagnosis.services.audit import note
from diagnosis.services.upload_limits import require_room

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from diagnosis.models import Clinic, User

PIECE = 1024 * 1024
# What is read of the network at once: a line that breaks loses less than this.
SIP = 64 * 1024
# How long an upload that nobody goes on with is kept.
KEPT_FOR = timedelta(hours=48)

_TOO_MANY_BYTES = gettext_lazy("More bytes came than were announced. Announce the file with its own size.")
_WHOLE = (UploadState.WHOLE, UploadState.CHECKED)


class Source(Protocol):
    """Where the bytes of a request come from."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""


@dataclass(frozen=True, slots=True)
class Announced:
    """What is said of a file before its first byte."""

    draft: UUID
    size: int
    sha256: str
    name: str = ""


def begin(file: Announced, *, by: User, clinic: Clinic | None = None, at: datetime | None = None) -> Upload:
    """Take note of a file that will come in pieces; the same file of the same form is the same upload."""
    at = at or timezone.now()
    case = Case.objects.visible_to(by).select_related("clinic").filter(pk=file.draft).first()
    clinic = case.clinic if case else clinic or next(iter(clinics_where(by, Permission.SUBMIT)), None)
    if clinic is None:
        raise NotAllowed
    require(by, Permission.SUBMIT, clinic)
    if file.size > settings.MAX_UPLOAD_BYTES:
        raise FileTooLarge
    if file.size < 1:
        raise EmptyFile
    known = Smear.objects.filter(case=case, upload_sha256=file.sha256).first() if case else None
    if case and not known and case.status != CaseStatus.OPEN:
        raise CaseClosed
    facts: dict[str, Any] = {"clinic": clinic, "case": case, "name": images.original_name(file.name), "size": file.size}
    if known:
        facts |= {"state": UploadState.STORED, "smear": known, "received": file.size}
    same = {"by": by, "draft": file.draft, "sha256": file.sha256}
    with transaction.atomic():
        if not known and not Upload.objects.filter(**same).exists():
            require_room(by, file.size, kept_for=KEPT_FOR)
        upload, is_new = Upload.objects.get_or_create(**same, defaults={**facts, "begun_at": at, "touched_at": at})
        if is_new:
            note(Act.UPLOAD_BEGUN, at=at, by=by, clinic=clinic, upload=str(upload.pk), bytes=file.size)
    return upload


def receive(upload: Upload, source: Source, *, offset: int, length: int = 0, at: datetime | None = None) -> Upload:
    """Append what comes, also where the line breaks half way; nothing of a `length` that goes past the file's end."""
    began = at or timezone.now()
    if upload.state != UploadState.RECEIVING or offset != upload.received:
        raise OffsetDiffers
    if offset + length > upload.size:
        raise Invalid(_TOO_MANY_BYTES)
    for piece in _pieces(source, upload.size - offset):
        _append(upload, offset, piece, began)
        offset += len(piece)
    # By the clock of now: on a slow line the case may have been opened since the piece began.
    return settle(upload, at=at)


def settle(upload: Upload, *, at: datetime | None = None) -> Upload:
    """Take the upload as far as it goes: to whole once all is there, to a smear once its case is open."""
    at = at or timezone.now()
    upload.refresh_from_db()
    if upload.state == UploadState.RECEIVING and upload.received == upload.size:
        _close(upload, at)
    if upload.state in _WHOLE:
        _store(upload, at)
    return upload


def join(case: Case, wanted: Iterable[UUID], *, by: User, at: datetime | None = None) -> None:
    """Make smears of what is whole of the form that opened the case, in the order wanted; the rest follows when it is.

    What is refused stays an upload and says why.
    """
    found = {upload.pk: upload for upload in Upload.objects.of(by).filter(draft=case.pk)}
    for upload in (found[pk] for pk in wanted if pk in found):
        try:
            settle(upload, at=at)
        except (ImageRefused, CaseClosed):
            continue


def discard(upload: Upload) -> None:
    """Forget an upload; a smear that was made of it stays."""
    upload.delete()


def image_of(upload: Upload) -> bytes | None:
    """Return the image that arrived; None where it is not whole, or was refused."""
    if upload.smear:
        with upload.smear.image.open("rb") as file:
            image: bytes = file.read()
        return image
    return _bytes_of(upload) if upload.state in _WHOLE else None


def unchecked(upload_id: UUID) -> bytes | None:
    """Return the image for the instant check; None where there is nothing to check."""
    upload = Upload.objects.select_related("smear").filter(pk=upload_id, check_result__isnull=True).first()
    return image_of(upload) if upload else None


def record_check(upload_id: UUID, result: dict[str, Any]) -> None:
    """Keep what the instant check found."""
    with transaction.atomic():
        upload = Upload.objects.select_for_update().filter(pk=upload_id, check_result__isnull=True).first()
        if upload is None:
            return
        upload.check_result = result
        if upload.state == UploadState.WHOLE:
            upload.state = UploadState.CHECKED
        upload.save(update_fields=["check_result", "state"])


def sweep(*, at: datetime) -> int:
    """Delete the uploads that nobody went on with; return how many."""
    deleted: dict[str, int] = Upload.objects.filter(touched_at__lt=at - KEPT_FOR).delete()[1]
    return deleted.get("diagnosis.Upload", 0)


def _pieces(source: Source, left: int) -> Iterable[bytes]:
    """Yield what comes in pieces of a size that a row holds."""
    piece, is_open = bytearray(), True
    while is_open and left:
        try:
            sip = source.read(min(SIP, left))
        except OSError:
            sip = b""
        left -= len(sip)
        piece += sip
        is_open = bool(sip)
        if piece and (len(piece) >= PIECE or not is_open or not left):
            yield bytes(piece)
            piece.clear()
    if is_open and source.read(1):
        raise Invalid(_TOO_MANY_BYTES)


def _append(upload: Upload, offset: int, piece: bytes, at: datetime) -> None:
    with transaction.atomic():
        # Of two senders at one offset, one goes on.
        is_next = Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING, received=offset).update(
            received=F("received") + len(piece), touched_at=at
        )
        if not is_next:
            raise OffsetDiffers
        UploadChunk.objects.create(upload=upload, offset=offset, content=piece)


def _close(upload: Upload, at: datetime) -> None:
    """Compare what came with what was announced, and see whether it can become a smear."""
    with transaction.atomic():
        # The form that is sent and the last byte that comes may both find it complete.
        locked = Upload.objects.select_for_update(of=("self",)).select_related("by", "clinic").get(pk=upload.pk)
        refusal = _refusal(locked) if locked.state == UploadState.RECEIVING else None
        if isinstance(refusal, Differs):
            _change(locked, received=0)
        elif refusal:
            _change(locked, state=UploadState.REFUSED, refusal_code=refusal.code)
            note(Act.IMAGE_REFUSED, at=at, by=locked.by, clinic=locked.clinic, reason=refusal.code)
        elif locked.state == UploadState.RECEIVING:
            _change(locked, state=UploadState.WHOLE)
            queue.ring_check(locked)
        if refusal:
            locked.chunks.all().delete()
    upload.refresh_from_db()
    if refusal:
        raise refusal


def _refusal(upload: Upload) -> ImageRefused | None:
    data = _bytes_of(upload)
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        return Differs()
    try:
        images.inspect(io.BytesIO(data))
    except ImageRefused as refusal:
        return refusal
    return None


def _store(upload: Upload, at: datetime) -> None:
    """Make the smear, where the case is open by now."""
    with transaction.atomic():
        locked = Upload.objects.select_for_update(of=("self",)).select_related("by").get(pk=upload.pk)
        case = Case.objects.visible_to(locked.by).filter(pk=locked.draft).first()
        if case and locked.state in _WHOLE:
            stored = intake.add_smear(
                case=case, by=locked.by, upload=io.BytesIO(_bytes_of(locked)), name=locked.name, at=at
            )
            _change(locked, state=UploadState.STORED, smear=stored.smear, case=case, clinic=case.clinic)
            locked.chunks.all().delete()
    upload.refresh_from_db()


def _change(upload: Upload, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(upload, name, value)
    upload.save(update_fields=[*facts])


def _bytes_of(upload: Upload) -> bytes:
    return b"".join(bytes(content) for content in upload.chunks.order_by("offset").values_list("content", flat=True))
