"""What a signature freezes: the content that was on the screen, its hash, its code and its seal."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from diagnosis import transitions
from diagnosis.choices import Act, CaseStatus, DeliveryKind, Meaning, ReadingKind
from diagnosis.errors import NotAllowed
from diagnosis.models import SignedReport
from diagnosis.permissions import Permission, may
from diagnosis.services import deliveries, holding, intake, notices, report_content, seal
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import Case, Review, User


def preview(review: Review) -> tuple[dict[str, Any], str]:
    """Return what a signature would freeze, and its hash, which the signing page sends back."""
    content = report_content.compose(review.case, review=review)
    return content, report_content.digest(content)


def require_may_change(case: Case, finding: str, by: User) -> None:
    """Raise unless `by` may give the report another finding: one reader does not undo what several came to."""
    signed = list(case.signed_reports.select_related("review", "signed_by").defer("content").order_by("-version"))
    if not signed or signed[0].review.finding == finding or not case.reading_requests.exists():
        return
    # Who signed this finding first; later versions may have changed a word.
    found = list(takewhile(lambda report: report.review.finding == signed[0].review.finding, signed))[-1]
    # Whoever left the clinic can no longer be asked.
    if found.signed_by != by and may(found.signed_by, Permission.SIGN, case.clinic):
        raise NotAllowed(
            _(
                "Version %(version)s rests on more than one reading, and %(name)s signed it. Only %(name)s may change "
                "its finding: speak to each other. You may amend everything else."
            )
            % {"version": found.version, "name": found.signed_by.signature_name}
        )


def freeze(
    review: Review, content: dict[str, Any], *, by: User, version: int, amendment_reason: str, at: datetime
) -> SignedReport:
    """Store the content as the next signed version; the first closes the case. The caller holds the case's lock."""
    case = review.case
    earlier = case.signed_reports.select_related("review", "signed_by").defer("content").order_by("-version").first()
    meaning = _meaning(review, version)
    signature = {
        "name": by.signature_name,
        "signed_at": at.isoformat(),
        "meaning": str(meaning.value),
        "version": version,
        "amendment_reason": amendment_reason,
    }
    content = {**content, "signature": signature}
    sha256 = report_content.digest(content)
    sealed, key_id = seal.sign(sha256)
    report = SignedReport.objects.create(
        case=case,
        version=version,
        review=review,
        signed_by=by,
        signed_at=at,
        meaning=meaning,
        amendment_reason=amendment_reason,
        content=content,
        sha256=sha256,
        code=seal.new_code(),
        seal=sealed,
        key_id=key_id,
    )
    act = Act.AMENDED if earlier else Act.SIGNED_OFF
    note(act, at=at, by=by, case=case, signed_report=str(report.pk), version=version)
    told = earlier.review.finding if earlier else notices.told_before_signing(case)
    if told not in ("", review.finding):
        notices.revise(case, by=by, at=at)
    if earlier is None:
        _close(case, by=by, at=at)
        deliveries.queue(kind=DeliveryKind.SIGNED, case=case, to=case.submitted_by, at=at)
        return report
    for person in {case.submitted_by, earlier.signed_by} - {by}:
        deliveries.queue(kind=DeliveryKind.AMENDED, case=case, to=person, at=at)
    return report


def _close(case: Case, *, by: User, at: datetime) -> None:
    transitions.require(transitions.CASE, case.status, CaseStatus.SIGNED)
    case.status = CaseStatus.SIGNED
    case.signed_at = at
    case.save(update_fields=["status", "signed_at"])
    intake.cancel_queued(case, at=at)
    holding.release(case=case, by=by, at=at)
    notices.close(case, by=by, at=at)


def _meaning(review: Review, version: int) -> Meaning:
    """Return what the signature means: a second reader who agrees verifies the first."""
    if version > 1:
        return Meaning.AMENDED
    return Meaning.VERIFIED if review.kind == ReadingKind.SECOND else Meaning.AUTHORED
