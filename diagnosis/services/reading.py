"""Who looked at what: each person's first look at a case or an image on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from diagnosis.choices import Act
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import Case, Smear, User


def note_case_read(case: Case, *, by: User, at: datetime | None = None) -> None:
    """Record that somebody opened the case."""
    at = at or timezone.now()
    note(Act.CASE_READ, at=at, by=by, case=case, once=f"{Act.CASE_READ}:{by.pk}:{case.pk}:{at.date()}")


def note_image_read(smear: Smear, *, by: User, at: datetime | None = None) -> None:
    """Record that somebody looked at the image at its full size; tiles and repeats add nothing."""
    at = at or timezone.now()
    once = f"{Act.IMAGE_READ}:{by.pk}:{smear.pk}:{at.date()}"
    note(Act.IMAGE_READ, at=at, by=by, case=smear.case, once=once, smear=str(smear.pk))
