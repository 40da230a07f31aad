"""Which cases a second specialist reads before they are signed, and who decides when two readings differ.

The reasons are in docs/decisions/0009-reading-twice.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from diagnosis.choices import Act, DeliveryKind, Finding, ReadingKind, ReadingReason
from diagnosis.errors import Invalid
from diagnosis.models import ReadingRequest
from diagnosis.selectors.readers import to_ask
from diagnosis.selectors.readings import newest_review
from diagnosis.services import deliveries
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import Case, Clinic, Review, User

OTHER = {ReadingKind.FIRST: ReadingKind.SECOND, ReadingKind.SECOND: ReadingKind.FIRST}
_SALT = "diagnosis.second_readings"
_HUNDRED_PER_CENT = 100


def follow(case: Case, review: Review, *, at: datetime) -> ReadingRequest | None:
    """Ask for the reading that must come before this opinion is signed, if one must. The caller holds the case's lock.

    An opinion that may be signed is one of two that agree, an adjudication, or a first one that the clinic's rules
    do not send to a second reader.
    """
    asked = {request.kind: request for request in case.reading_requests.all()}
    if review.kind == ReadingKind.ADJUDICATION:
        return None
    if ReadingKind.SECOND not in asked:
        reason = why_read_twice(case, review)
        return request(case, ReadingKind.SECOND, reason, by=None, at=at) if reason else None
    other = newest_review(case, kind=OTHER[ReadingKind(review.kind)])
    if other is None:
        return asked[ReadingKind.SECOND]
    if other.finding == review.finding:
        return None
    return asked.get(ReadingKind.ADJUDICATION) or request(
        case, ReadingKind.ADJUDICATION, ReadingReason.DISAGREEMENT, by=None, at=at
    )


def why_read_twice(case: Case, review: Review) -> ReadingReason | None:
    """Return why the clinic's rules send a first opinion to a second reader; none when they do not."""
    report = review.stage_report
    suspected = review.finding == Finding.BLASTS_SUSPECTED or (report is not None and report.is_flagged)
    if suspected and case.clinic.second_reading_of_flagged:
        return ReadingReason.FLAGGED
    if review.finding == Finding.NO_BLASTS_SEEN and is_drawn(case):
        return ReadingReason.SHARE
    return None


def reads_twice(clinic: Clinic) -> bool:
    """Whether the clinic's rules send any case to a second reader; which ones, nobody is told beforehand."""
    return clinic.second_reading_of_flagged or clinic.second_reading_share > 0


def is_drawn(case: Case) -> bool:
    """Whether the case falls into the clinic's share: the same answer at every asking, and nobody can foresee it."""
    lot = int(salted_hmac(_SALT, str(case.pk), algorithm="sha256").hexdigest()[:8], 16) % (100 * _HUNDRED_PER_CENT)
    return lot < _HUNDRED_PER_CENT * case.clinic.second_reading_share


def request(
    case: Case,
    kind: ReadingKind,
    reason: ReadingReason,
    *,
    by: User | None,
    asked_of: User | None = None,
    at: datetime,
) -> ReadingRequest:
    """Ask for another reading; `by` is empty when the clinic's rules ask, `asked_of` when anybody may read."""
    asked = ReadingRequest.objects.create(
        case=case, kind=kind, reason=reason, asked_by=by, asked_of=asked_of, asked_at=at
    )
    note(
        Act.READING_REQUESTED,
        at=at,
        by=by,
        case=case,
        kind=kind,
        reason=reason,
        asked_of=asked_of.pk if asked_of else None,
    )
    return asked


def ask_colleague(case: Case, *, by: User, asked_of: User | None, at: datetime) -> ReadingRequest:
    """Ask for a second reading: of one colleague by name, who gets an e-mail, or of anybody who may read the case."""
    if asked_of and asked_of not in to_ask(case, by=by):
        raise Invalid(_("This colleague cannot read the case. Choose another, or ask any specialist."))
    if asked_of:
        deliveries.queue(kind=DeliveryKind.READING, case=case, to=asked_of, at=at)
    return request(case, ReadingKind.SECOND, ReadingReason.ASKED, by=by, asked_of=asked_of, at=at)
