"""Where smears' bytes live by default: in PostgreSQL, in the same transaction as their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.utils.deconstruct import deconstructible

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from diagnosis.models import StoredFile


@deconstructible
class DatabaseStorage(Storage):
    """Django's storage interface on the table `StoredFile`. A name is written once."""

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:  # noqa: ARG002 - Django's interface; files are only ever read
        row = self._rows().filter(name=name).first()
        if row is None:
            raise FileNotFoundError(f"No file named {name} is stored in the database.")
        return ContentFile(bytes(row.content), name=name)

    def _save(self, name: str, content: File[bytes]) -> str:
        from diagnosis.models import StoredFile

        data = content.read()
        StoredFile.objects.create(name=name, content=data, size=len(data))
        return name

    def exists(self, name: str) -> bool:
        """Whether a file of this name is stored."""
        return self._rows().filter(name=name).exists()

    def size(self, name: str) -> int:
        """Return the file's length in bytes."""
        return int(self._rows().values_list("size", flat=True).get(name=name))

    def delete(self, name: str) -> None:
        """Remove the bytes; only retention rules do that."""
        self._rows().filter(name=name).delete()

    def url(self, name: str | None) -> str:  # noqa: ARG002 - Django's interface
        """Refuse: smears are served by views that check who asks."""
        raise ValueError("A smear has no public address. Use the view that checks who asks.")

    def _rows(self) -> QuerySet[StoredFile]:
        from diagnosis.models import StoredFile

        return StoredFile.objects.all()
