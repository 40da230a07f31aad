"""What an amendment takes the place of: the version signed last, and what was found in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from diagnosis.services.report_specialist import reading

if TYPE_CHECKING:
    from diagnosis.models import Review


def amended_part(review: Review) -> dict[str, Any] | None:
    """Return the signed version that an opinion would amend, or did; nothing where it is the first."""
    signed = review.case.signed_reports.exclude(review=review.pk).select_related("review__reviewer", "signed_by")
    earlier = signed.order_by("-version").first()
    if earlier is None:
        return None
    return {
        "version": earlier.version,
        "sha256": earlier.sha256,
        "name": earlier.signed_by.signature_name,
        "signed_at": earlier.signed_at.isoformat(),
        "reading": reading(earlier.review),
    }
