"""What a specialist decides on a case, and how it is signed and amended.

An opinion is typed into a draft. It becomes a review, which never changes, together with its signature; where it is
read blind or twice, it is committed before it is signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from diagnosis.blindness import sees_machine
from diagnosis.choices import Act, CaseStatus, MarkKind, ReadingKind
from diagnosis.errors import (
    CaseClosed,
    Conflict,
    NotAllowed,
    NothingToReview,
    NotYourReading,
    OwnCase,
    ReadsBlind,
    ReasonsMissing,
    StalePage,
    WrongPassword,
)
from diagnosis.models import Case, Draft, ReadingRequest, Review, SignedReport
from diagnosis.permissions import Permission, require
from diagnosis.selectors.cells import own_marks
from diagnosis.selectors.readings import is_own, newest_review, reading_of
from diagnosis.services import holding, notices, opinions, passwords, second_readings
from diagnosis.services.audit import note
from diagnosis.services.signed_reports import freeze, preview, require_may_change

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from django.http import HttpRequest

    from diagnosis.models import User


def decide(  # noqa: PLR0913 - the facts of an opinion
    *,
    case: Case,
    by: User,
    finding: str,
    decision: str = "",
    seen_stage_report: UUID | None = None,
    pattern_class: str = "",
    blast_percentage: Decimal | None = None,
    reasons: str = "",
    comment: str = "",
    tally: dict[str, int] | None = None,
    draft: Draft | None = None,
    at: datetime | None = None,
) -> Review:
    """Return the opinion on the stage report that was on the screen as a review; nothing is stored yet.

    A blind reader has seen no stage report: what the finding makes of it, the comparison says.
    """
    require(by, Permission.REVIEW, case.clinic)
    kind = _reading(case, by)
    report = case.current_stage_report
    is_blind = not sees_machine(by, case)
    if is_blind:
        decision = opinions.decision_of_blind(report, finding)
    else:
        if (report.pk if report else None) != seen_stage_report:
            raise StalePage
        opinions.require_grounds(report, decision, finding, reasons)
    review = Review(
        id=draft.pk if draft else uuid4(),
        case=case,
        stage_report=report,
        reviewer=by,
        kind=kind,
        is_blind=is_blind,
        decision=decision,
        finding=finding,
        pattern_class=pattern_class,
        blast_percentage=blast_percentage,
        reasons=reasons.strip(),
        comment=comment.strip(),
        tally=tally,
        reviewed_at=draft.saved_at if draft else at or timezone.now(),
    )
    _require_consistency(review)
    return review


def commit(
    *, review: Review, by: User, asks_colleague: bool = False, asked_of: User | None = None, at: datetime | None = None
) -> Review:
    """Store an opinion before it is signed: a blind one, a second reading, or one that a colleague is asked about.

    `asked_of` names that colleague; without a name any other specialist of the clinic is asked. What is committed
    already is not committed again.
    """
    at = at or timezone.now()
    require(by, Permission.REVIEW, review.case.clinic)
    with transaction.atomic():
        case = review.case = _locked(review.case)
        if require_as_written(case, review, by, at):
            return review
        if asks_colleague and (review.kind != ReadingKind.FIRST or case.reading_requests.exists()):
            raise Conflict(_("Another reading of this case was asked for already."))
        _store(review, at)
        if asks_colleague:
            second_readings.ask_colleague(case, by=by, asked_of=asked_of, at=at)
        elif review.kind == ReadingKind.SECOND:
            second_readings.follow(case, review, at=at)
        notices.heed(review, is_signed=False, at=at)
        if reading_of(case, by) is None:
            holding.release(case=case, by=by, at=at)
    return review


def sign_off(
    *,
    review: Review,
    by: User,
    password: str,
    seen: str,
    amendment_reason: str = "",
    request: HttpRequest | None = None,
    at: datetime | None = None,
) -> SignedReport | ReadingRequest:
    """Sign a review. `seen` is the hash of the content on the signer's screen; what is frozen is exactly that.

    Where another reading must come first, the opinion is kept unsigned and that reading is returned. What is signed
    already is not signed again: its report is returned.
    """
    at = at or timezone.now()
    require(by, Permission.SIGN, review.case.clinic)
    if passwords.prove(username=by.username, password=password, request=request) != by:
        note(Act.SIGN_OFF_REFUSED, at=at, by=by, case=review.case, review=str(review.pk), reason=WrongPassword.code)
        raise WrongPassword
    with transaction.atomic():
        case = review.case = _locked(review.case)
        if done := SignedReport.objects.filter(review=review, signed_by=by).first():
            return done
        stored = require_as_written(case, review, by, at)
        if review.is_blind and not stored:
            raise ReadsBlind
        version = case.signed_reports.count() + 1
        if version > 1 and not amendment_reason.strip():
            raise ReasonsMissing(_("Say what changed and why: this becomes a new version of a signed report."))
        opinions.require_grounds(review.stage_report, review.decision, review.finding, review.reasons)
        _require_consistency(review)
        content, now_seen = preview(review)
        if now_seen != seen:
            raise StalePage
        if not stored:
            _store(review, at)
        waits_for = second_readings.follow(case, review, at=at) if version == 1 else None
        notices.heed(review, is_signed=waits_for is None, at=at)
        if waits_for:
            holding.release(case=case, by=by, at=at)
            return waits_for
        reason = amendment_reason.strip() if version > 1 else ""
        return freeze(review, content, by=by, version=version, amendment_reason=reason, at=at)


def is_stored(review: Review) -> bool:
    """Whether the opinion was committed or signed, and so never changes any more."""
    return Review.objects.filter(pk=review.pk).exists()


def _reading(case: Case, by: User) -> ReadingKind:
    """Return which reading an opinion of `by` is now; raise when it is none."""
    if is_own(case, by):
        raise OwnCase
    if case.status == CaseStatus.WITHDRAWN:
        raise CaseClosed(_("The clinic withdrew this case, so there is nothing left to commit or sign."))
    if not case.smears.exists():
        raise NothingToReview
    kind = reading_of(case, by)
    if kind is None:
        raise NotYourReading
    return kind


def _require_consistency(review: Review) -> None:
    """Raise OpinionContradicts unless the opinion goes with what its reader counted and marked."""
    marked = {mark.kind for mark in own_marks(review.case, by=review.reviewer)}
    opinions.require_consistency(review, marks_blasts=MarkKind.BLAST in marked)


def require_as_written(case: Case, review: Review, by: User, at: datetime) -> bool:
    """Raise unless the case still stands as it did when the opinion was written; whether the opinion is stored.

    Who commits or signs holds the case's lock; a page asks beforehand, so that nobody types a password in vain.
    """
    if review.reviewer_id != by.pk:
        raise NotAllowed(_("Each specialist signs their own opinion. Give yours on the case."))
    holding.require_not_held_by_another(case=case, by=by, at=at)
    kind = _reading(case, by)
    stored = is_stored(review)
    if newer := case.signed_reports.filter(signed_at__gt=review.reviewed_at).select_related("signed_by").first():
        raise StalePage(
            _(
                "%(name)s signed this case after you wrote this opinion: version %(version)s stands. Read it; where "
                "you think otherwise, give a further opinion."
            )
            % {"name": newer.signed_by.signature_name, "version": newer.version}
        )
    require_may_change(case, review.finding, by)
    if (
        review.stage_report_id != case.current_stage_report_id
        or (stored and newest_review(case, by=by) != review)
        or (not stored and (kind, review.is_blind) != (review.kind, not sees_machine(by, case)))
    ):
        raise StalePage
    return stored


def _store(review: Review, at: datetime) -> None:
    """Write the review, once and for ever; its draft has served."""
    review.save(force_insert=True)
    Draft.objects.filter(pk=review.pk).delete()
    note(Act.REVIEWED, at=at, by=review.reviewer, case=review.case, review=str(review.pk), kind=review.kind)


def _locked(case: Case) -> Case:
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("clinic", "patient", "submitted_by", "current_stage_report", "held_by")
        .get(pk=case.pk)
    )
