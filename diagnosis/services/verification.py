"""Whether a signed report is still what was signed: for anybody who holds its code, and no more than that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.cache import cache

from diagnosis.models import SignedReport
from diagnosis.services import seal
from diagnosis.services.report_content import digest

if TYPE_CHECKING:
    from datetime import datetime

LOOK_UPS_A_MINUTE = 30
SHOWN_OF_ACCESSION = 3


@dataclass(frozen=True, slots=True)
class Verification:
    """All that the page says of a report; nothing in it names the patient."""

    is_intact: bool
    clinic: str
    time_zone: str
    accession_ends: str
    version: int
    signed_by: str
    signed_at: datetime
    newer_version: int | None


def look_up(code: str) -> Verification | None:
    """Compute the hash of the stored content anew and check the seal over it; None for a code that no report has."""
    signed = (
        SignedReport.objects.select_related("case__clinic", "signed_by").filter(code=code).first() if code else None
    )
    if signed is None:
        return None
    sha256 = digest(signed.content)
    newest = signed.case.signed_reports.latest("version").version
    return Verification(
        is_intact=sha256 == signed.sha256 and seal.holds(sha256, signed.seal, signed.key_id),
        clinic=signed.case.clinic.name,
        time_zone=signed.case.clinic.time_zone,
        accession_ends=signed.case.accession[-SHOWN_OF_ACCESSION:],
        version=signed.version,
        signed_by=signed.signed_by.signature_name,
        signed_at=signed.signed_at,
        newer_version=newest if newest > signed.version else None,
    )


def may_look_up(address: str | None) -> bool:
    """Count one more look-up from an address, so that nobody tries codes by the thousand."""
    key = f"look-ups:{address}"
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key) <= LOOK_UPS_A_MINUTE
    except ValueError:  # the minute ended between the two
        return True
