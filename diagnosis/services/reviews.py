"""What a specialist decides, and how it is signed and amended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from diagnosis import transitions
from diagnosis.choices import Act, CaseStatus, Decision, Finding, Meaning, Statement, Subtype
from diagnosis.errors import (
    CaseClosed,
    Invalid,
    NothingToReview,
    OpinionContradicts,
    OwnCase,
    ReasonsMissing,
    StalePage,
    WrongPassword,
)
from diagnosis.models import Case, Review, SignedReport
from diagnosis.permissions import Permission, require
from diagnosis.services import report_content
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from diagnosis.models import User

# What agreeing with a statement amounts to; agreeing that the images do not suffice leaves the finding open.
AGREED_FINDING: dict[str, str] = {
    Statement.FLAGGED: Finding.BLASTS_SUSPECTED,
    Statement.NOT_FLAGGED: Finding.NO_BLASTS_SEEN,
    Statement.INDETERMINATE: Finding.INDETERMINATE,
}


# Which patterns may be named with a finding; an open finding names none. The opinion form reads this table too.
PATTERNS: dict[str, tuple[str, ...]] = {
    Finding.BLASTS_SUSPECTED.value: (Subtype.EARLY.value, Subtype.PRE.value, Subtype.PRO.value),
    Finding.NO_BLASTS_SEEN.value: (Subtype.BENIGN.value,),
    Finding.INDETERMINATE.value: (),
    Finding.UNSUITABLE.value: (),
}


def decide(  # noqa: PLR0913 - the facts of an opinion
    *,
    case: Case,
    by: User,
    decision: str,
    finding: str,
    seen_stage_report: UUID | None,
    pattern_class: str = "",
    blast_percentage: Decimal | None = None,
    reasons: str = "",
    comment: str = "",
    at: datetime | None = None,
) -> Review:
    """Record a specialist's opinion on the stage report that was on the screen; nothing is signed yet."""
    at = at or timezone.now()
    require(by, Permission.REVIEW, case.clinic)
    if case.submitted_by_id == by.pk:
        raise OwnCase
    if decision != Decision.AGREE and not reasons.strip():
        raise ReasonsMissing
    _require_consistency(finding, pattern_class, blast_percentage)
    with transaction.atomic():
        case = _locked(case)
        if case.status == CaseStatus.WITHDRAWN:
            raise CaseClosed
        if not case.smears.exists():
            raise NothingToReview
        report = case.current_stage_report
        if (report.pk if report else None) != seen_stage_report:
            raise StalePage
        if report is None and decision == Decision.AGREE:
            raise StalePage("The machine has no answer to agree with. Give your own finding under Correct.")
        if report and decision == Decision.AGREE and AGREED_FINDING.get(report.statement, finding) != finding:
            raise Invalid("Your finding differs from the machine's statement. Choose Correct, and say why.")
        review = Review.objects.create(
            case=case,
            stage_report=report,
            reviewer=by,
            decision=decision,
            finding=finding,
            pattern_class=pattern_class,
            blast_percentage=blast_percentage,
            reasons=reasons.strip(),
            comment=comment.strip(),
            reviewed_at=at,
        )
        note(Act.REVIEWED, at=at, by=by, case=case, review=str(review.pk), decision=decision)
    return review


def preview(review: Review) -> tuple[dict[str, Any], str]:
    """Return what a signature would freeze, and its hash, which the signing page sends back."""
    content = report_content.compose(review.case, review=review)
    return content, report_content.digest(content)


def sign_off(
    *,
    review: Review,
    by: User,
    password: str,
    seen: str,
    amendment_reason: str = "",
    at: datetime | None = None,
) -> SignedReport:
    """Sign a review. `seen` is the hash of the content on the signer's screen; what is frozen is exactly that."""
    at = at or timezone.now()
    require(by, Permission.SIGN, review.case.clinic)
    if not by.check_password(password):
        note(Act.SIGN_OFF_REFUSED, at=at, by=by, case=review.case, review=str(review.pk), reason=WrongPassword.code)
        raise WrongPassword
    with transaction.atomic():
        case = _locked(review.case)
        if case.submitted_by_id == by.pk:
            raise OwnCase
        if case.status == CaseStatus.WITHDRAWN:
            raise CaseClosed
        version = case.signed_reports.count() + 1
        newest = case.reviews.order_by("-reviewed_at", "-id").first()
        if newest != review or SignedReport.objects.filter(review=review).exists():
            raise StalePage
        if version > 1 and not amendment_reason.strip():
            raise ReasonsMissing("Say what changed and why: this becomes a new version of a signed report.")
        content, now_seen = preview(review)
        if now_seen != seen:
            raise StalePage
        meaning = _meaning(review, by, version)
        amendment_reason = amendment_reason.strip() if version > 1 else ""
        signature = {
            "name": by.signature_name,
            "signed_at": at.isoformat(),
            "meaning": str(meaning.value),
            "version": version,
            "amendment_reason": amendment_reason,
        }
        content = {**content, "signature": signature}
        report = SignedReport.objects.create(
            case=case,
            version=version,
            review=review,
            signed_by=by,
            signed_at=at,
            meaning=meaning,
            amendment_reason=amendment_reason,
            content=content,
            sha256=report_content.digest(content),
        )
        if version == 1:
            transitions.require(transitions.CASE, case.status, CaseStatus.SIGNED)
            case.status = CaseStatus.SIGNED
            case.signed_at = at
            case.save(update_fields=["status", "signed_at"])
        note(
            Act.SIGNED_OFF if version == 1 else Act.AMENDED,
            at=at,
            by=by,
            case=case,
            signed_report=str(report.pk),
            version=version,
        )
    return report


def _require_consistency(finding: str, pattern_class: str, blast_percentage: Decimal | None) -> None:
    """Raise OpinionContradicts when the parts of an opinion exclude each other."""
    if pattern_class and pattern_class not in PATTERNS[finding]:
        raise OpinionContradicts(
            f'"{Finding(finding).label}" does not go with the pattern "{Subtype(pattern_class).label}". '
            "Change the finding, or name no pattern."
        )
    if blast_percentage and finding == Finding.NO_BLASTS_SEEN:
        raise OpinionContradicts(
            f'"{Finding(finding).label}" does not go with {blast_percentage} blasts per 100 leukocytes. '
            "Change the finding, or leave the count out."
        )


def _locked(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("clinic", "patient", "submitted_by", "current_stage_report")
        .get(pk=case.pk)
    )


def _meaning(review: Review, by: User, version: int) -> Meaning:
    if version > 1:
        return Meaning.AMENDED
    return Meaning.AUTHORED if review.reviewer_id == by.pk else Meaning.VERIFIED
