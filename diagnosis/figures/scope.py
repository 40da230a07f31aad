"""Which clinics, which time and which device figures are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from diagnosis.models import Clinic, Device


@dataclass(frozen=True, slots=True)
class Scope:
    """Clinics, a span of time (its end is not part of it), and a device where only one is meant."""

    clinics: Sequence[Clinic]
    since: datetime
    until: datetime
    device: Device | None = None

    def cases(self, prefix: str = "") -> Q:
        """Keep the rows whose case, found at the prefix, is of these clinics and this device."""
        meant = Q((f"{prefix}clinic__in", self.clinics))
        return meant & Q((f"{prefix}microscope", self.device)) if self.device else meant

    def during(self, field: str) -> Q:
        """Keep the rows whose time lies in the span."""
        return Q((f"{field}__gte", self.since), (f"{field}__lt", self.until))
