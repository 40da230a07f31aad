"""Files that are announced, sent whole or in pieces, and lines that break."""

import hashlib
import io
import uuid
from typing import Any

from diagnosis.models import Upload, User
from diagnosis.services import uploads
from tests import factories

PICTURE = factories.picture_bytes(seed=5)


class BrokenLine(io.BytesIO):
    """A line that breaks after what it carries."""

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not data:
            raise OSError("connection reset")
        return data


def begin(
    by: User,
    data: bytes = PICTURE,
    *,
    draft: uuid.UUID | None = None,
    name: str = "field.jpg",
    **facts: Any,
) -> Upload:
    file = uploads.Announced(
        draft=draft or uuid.uuid4(),
        size=facts.pop("size", len(data)),
        sha256=hashlib.sha256(data).hexdigest(),
        name=name,
    )
    return uploads.begin(file, by=by, **facts)


def send(upload: Upload, data: bytes = PICTURE, *, offset: int = 0) -> Upload:
    return uploads.receive(upload, io.BytesIO(data[offset:]), offset=offset)
