"""How much one person may have on its way: unfinished files wait in the database, for others to have room too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from diagnosis.choices import UploadState
from diagnosis.errors import TooManyUploads
from diagnosis.models import Upload, User

if TYPE_CHECKING:
    from datetime import timedelta

_UNFINISHED = (UploadState.RECEIVING, UploadState.WHOLE, UploadState.CHECKED)


def require_room(by: User, size: int, *, kept_for: timedelta) -> None:
    """Refuse a further file of this size to whoever has too much on its way, in the transaction that begins it."""
    # Of two files that begin at once, the second counts the first.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    held = Upload.objects.of(by).filter(state__in=_UNFINISHED).aggregate(count=Count("pk"), size=Sum("size", default=0))
    if held["count"] >= settings.MAX_UNFINISHED_UPLOADS or held["size"] + size > settings.MAX_UNFINISHED_BYTES:
        sentence = _(
            "You have %(count)s files on their way that are in no case yet (%(size)s MB). Submit their cases or remove "
            "them, then try again; what nobody goes on with is deleted after %(hours)s hours."
        )
        megabytes, hours = held["size"] // (1024 * 1024), int(kept_for.total_seconds()) // 3600
        raise TooManyUploads(sentence % {"count": held["count"], "size": megabytes, "hours": hours})
