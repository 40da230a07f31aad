"""The notice of a critical case: raised once, told to who is on call, acknowledged or escalated, and called through."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from diagnosis.choices import Act, CaseStatus, DeliveryKind, Finding, NoticeEventKind, Priority
from diagnosis.errors import CaseClosed, Conflict, Invalid, OwnCase
from diagnosis.models import Case, Notice, NoticeEvent
from diagnosis.permissions import Permission, require
from diagnosis.selectors.notices import ANSWERS, notice_progress, progress_of_case, waiting_notices
from diagnosis.selectors.readings import is_own
from diagnosis.services import deliveries, intake
from diagnosis.services.audit import note as record
from diagnosis.services.on_call import on_call, specialists

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from diagnosis.models import Review, StageReport, User

LONGEST_NAME, LONGEST_NOTE = 200, 2000


def become_critical(
    case: Case, *, report: StageReport | None = None, by: User | None = None, tells: bool = True, at: datetime
) -> Notice | None:
    """Let the case jump the queue, once, and tell who is on call. The caller holds the case's lock.

    `report` raised the flag, or `by` suspects blasts. Where that is signed at once (`tells` is false) nobody has to be
    told but the submitting doctor, by the call.
    """
    if case.is_critical:
        return None
    case.is_critical = True
    # It never loses an earlier due time.
    case.due_at = min(case.due_at, intake.due_at(case.clinic, Priority.STAT, at, is_critical=True))
    case.save(update_fields=["is_critical", "due_at"])
    return _raise(case, report, by=by, tells=tells, at=at)


def heed(review: Review, *, is_signed: bool, at: datetime) -> None:
    """Make a case critical whose reader suspects blasts where the machine did not. The caller holds the case's lock."""
    if review.finding != Finding.BLASTS_SUSPECTED:
        return
    if become_critical(review.case, by=review.reviewer, tells=not is_signed, at=at) and is_signed:
        close(review.case, by=review.reviewer, at=at)


def told_before_signing(case: Case) -> str:
    """Return what the submitting doctor was called about while nothing was signed; empty where nobody called."""
    is_called = NoticeEvent.objects.filter(notice__case=case, kind=NoticeEventKind.CALLED).exists()
    return Finding.BLASTS_SUSPECTED if is_called else ""


def revise(case: Case, *, by: User, at: datetime) -> None:
    """Say that the finding is not what the submitting doctor was told, who is to be called again."""
    notice = Notice.objects.filter(case=case).first()
    if notice:
        _step(notice, NoticeEventKind.REVISED, at=at, by=by)


def acknowledge(notice: Notice, *, by: User, at: datetime) -> NoticeEvent:
    """Say that somebody takes the case on; whoever was first has acknowledged it."""
    require(by, Permission.REVIEW, notice.case.clinic)
    with transaction.atomic():
        case = _locked(notice.case)
        known = _acknowledgement(notice)
        if known:
            return known
        if is_own(case, by):
            raise OwnCase(_("You submitted this case or an image of it. Let another specialist acknowledge it."))
        if case.status != CaseStatus.OPEN:
            raise CaseClosed(_("This case is closed, so there is nothing left to acknowledge."))
        return _acknowledge(notice, case, by, at)


def record_call(
    notice: Notice,
    *,
    by: User,
    spoken_to: str,
    read_back: bool,
    note: str = "",
    version: int = 0,
    at: datetime,
) -> NoticeEvent:
    """Record a call to the submitting doctor; whoever calls has acknowledged the notice.

    `version` is the signed version of the report that the caller read out, 0 while none was signed: a call about an
    earlier one must not count as one about the newest. The same person's same words with nothing in between are the
    same call, sent again: it stands as it was recorded.
    """
    require(by, Permission.REVIEW, notice.case.clinic)
    spoken_to, note = spoken_to.strip(), note.strip()
    if not spoken_to:
        raise Invalid(_("Say whom you spoke to."))
    if len(spoken_to) > LONGEST_NAME or len(note) > LONGEST_NOTE:
        raise Invalid(_("The name or the note is too long. Shorten it and record the call again."))
    with transaction.atomic():
        case = _locked(notice.case)
        words = {"spoken_to": spoken_to, "read_back": read_back, "note": note}
        known = notice.events.filter(kind=NoticeEventKind.CALLED, by=by, **words).last()
        if known and not notice.events.filter(by__isnull=False, at__gt=known.at).exists():
            return known
        if is_own(case, by):
            raise OwnCase(_("You submitted this case or an image of it. Let another specialist make the call."))
        newest = case.signed_reports.count()
        if version != newest:
            sentence = _(
                "Version %(version)s was signed meanwhile, so the doctor heard what no longer stands. Call again, say "
                "what version %(version)s says, and record that call. What you typed is still here."
            )
            raise Conflict(sentence % {"version": newest})
        if case.status == CaseStatus.OPEN and not _acknowledgement(notice):
            _acknowledge(notice, case, by, at)
        call = _step(notice, NoticeEventKind.CALLED, at=at, by=by, **words)
        record(Act.DOCTOR_CALLED, at=at, by=by, case=case, notice=str(notice.pk), read_back=int(read_back))
    return call


def close(case: Case, *, by: User, at: datetime) -> None:
    """Let the signature answer a notice that nobody acknowledged before. The caller holds the case's lock."""
    notice = Notice.objects.filter(case=case).first()
    if notice and not notice.events.filter(kind__in=ANSWERS).exists():
        _step(notice, NoticeEventKind.CLOSED, at=at, by=by)


def escalate_due(*, at: datetime, batch: int = 200) -> int:
    """Tell further people of what was not acknowledged in time or cannot be sent; return how many notices it was."""
    waiting = waiting_notices().order_by("raised_at")
    late = (notice for notice in waiting if notice_progress(notice).is_late(at))
    # Those of which everybody was told already must not stand in the way of the others.
    return len(list(islice((notice for notice in late if _escalate(notice.case, at)), batch)))


def for_report(case: Case) -> dict[str, Any] | None:
    """Return what a report says of the case's notice; nothing when the case never was critical."""
    progress = progress_of_case(case)
    if progress is None:
        return None
    taken, call = progress.acknowledged, progress.call or progress.outdated_call
    return {
        "raised_at": progress.notice.raised_at.isoformat(),
        "raised_by": progress.raised_by.signature_name if progress.raised_by else "",
        "told": [user.signature_name for user in progress.told],
        "acknowledged": {"by": _name(taken), "at": taken.at.isoformat()} if taken else None,
        "call": (
            {
                "by": _name(call),
                "at": call.at.isoformat(),
                "spoken_to": call.spoken_to,
                "read_back": call.read_back,
                "note": call.note,
                # The signed version that was read out; 0 when none was signed yet.
                "version": progress.version_told(call),
            }
            if call
            else None
        ),
    }


def _raise(case: Case, report: StageReport | None, *, by: User | None, tells: bool, at: datetime) -> Notice:
    clinic = case.clinic
    notice = Notice.objects.create(
        case=case,
        stage_report=report,
        raised_at=at,
        notify_by=at + timedelta(minutes=clinic.notice_target),
        acknowledge_by=at + timedelta(minutes=clinic.acknowledge_target),
    )
    _step(notice, NoticeEventKind.RAISED, at=at, by=by)
    told = _tell_on_call(notice, case, besides=by, at=at) if tells else 0
    record(Act.NOTICE_RAISED, at=at, by=by, case=case, notice=str(notice.pk), told=told)
    return notice


def _tell_on_call(notice: Notice, case: Case, *, besides: User | None, at: datetime) -> int:
    people = _others(case, on_call(case.clinic, at=at, rank=1), besides=besides)
    if not people:
        _step(notice, NoticeEventKind.NOBODY_ON_CALL, at=at)
        everybody = specialists(case.clinic)
        people = _others(case, everybody, besides=besides) or _others(case, everybody) or list(everybody)
    return _tell(case, people, DeliveryKind.CRITICAL, at)


def _escalate(case: Case, at: datetime) -> bool:
    with transaction.atomic():
        # A case that somebody is at work on right now comes with the next sweep.
        free = Case.objects.select_for_update(of=("self",), skip_locked=True).select_related("clinic")
        locked = free.filter(pk=case.pk, status=CaseStatus.OPEN).first()
        progress = progress_of_case(locked) if locked else None
        if locked is None or progress is None or not progress.is_late(at):
            return False
        tried = {*progress.told, *progress.unreached}
        others = [user for user in _others(locked, on_call(locked.clinic, at=at)) if user not in tried]
        others = others or [user for user in specialists(locked.clinic) if user not in tried]
        if not others:
            return False
        _step(progress.notice, NoticeEventKind.ESCALATED, at=at)
        told = _tell(locked, others, DeliveryKind.ESCALATION, at)
        record(Act.NOTICE_ESCALATED, at=at, by=None, case=locked, notice=str(progress.notice.pk), told=told)
    return True


def _others(case: Case, people: Iterable[User], *, besides: User | None = None) -> list[User]:
    """Leave out who submitted the case or an image of it, since they may not take it on, and who knows already."""
    return [user for user in people if user != besides and not is_own(case, user)]


def _tell(case: Case, people: Iterable[User], kind: DeliveryKind, at: datetime) -> int:
    return len([deliveries.queue(kind=kind, case=case, to=user, at=at) for user in people])


def _acknowledge(notice: Notice, case: Case, by: User, at: datetime) -> NoticeEvent:
    record(Act.NOTICE_ACKNOWLEDGED, at=at, by=by, case=case, notice=str(notice.pk))
    return _step(notice, NoticeEventKind.ACKNOWLEDGED, at=at, by=by)


def _acknowledgement(notice: Notice) -> NoticeEvent | None:
    return NoticeEvent.objects.filter(notice=notice, kind=NoticeEventKind.ACKNOWLEDGED).select_related("by").first()


def _step(notice: Notice, kind: NoticeEventKind, **facts: Any) -> NoticeEvent:
    return NoticeEvent.objects.create(notice=notice, kind=kind, **facts)


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=case.pk)


def _name(step: NoticeEvent) -> str:
    return step.by.signature_name if step.by else ""
