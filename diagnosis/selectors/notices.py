"""Critical notices, and how far each is: the one definition, for the portal, the API, the report and the escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Prefetch, Q

from diagnosis.choices import CaseStatus, DeliveryKind, DeliveryState, NoticeEventKind
from diagnosis.models import Case, Delivery, Notice, NoticeEvent, SignedReport
from diagnosis.permissions import Permission, may
from diagnosis.selectors.readings import is_own

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import User

# What nobody has called through by then is still with its case, and no longer in the list.
OUTSTANDING_FOR = timedelta(days=30)
# What answers a notice: somebody takes note of it, or signs the case, which no reader can without having taken note.
# The pages, the API and the figures say the same of every notice: whether, when and by whom it was answered.
ANSWERS = (NoticeEventKind.ACKNOWLEDGED, NoticeEventKind.CLOSED)
TELLS = (DeliveryKind.CRITICAL, DeliveryKind.ESCALATION)


@dataclass(frozen=True, slots=True)
class NoticeProgress:
    """What happened to a notice so far."""

    notice: Notice
    steps: tuple[NoticeEvent, ...]
    deliveries: tuple[Delivery, ...]

    @property
    def raised_by(self) -> User | None:
        """The specialist who suspected blasts; nobody where the machine raised it."""
        return next(step.by for step in self.steps if step.kind == NoticeEventKind.RAISED)

    @property
    def told(self) -> tuple[User, ...]:
        """Whom an e-mail reached or may still reach."""
        return tuple(dict.fromkeys(each.to for each in self.deliveries if each.state != DeliveryState.FAILED))

    @property
    def unreached(self) -> tuple[User, ...]:
        """Who should have been told, and whose e-mail cannot be sent."""
        told = self.told
        return tuple(dict.fromkeys(each.to for each in self.deliveries if each.to not in told))

    @property
    def told_at(self) -> datetime:
        """When somebody was told last: each round of people has as long as the first."""
        return max(step.at for step in self.steps if step.kind in (NoticeEventKind.RAISED, NoticeEventKind.ESCALATED))

    @property
    def send_by(self) -> datetime:
        """Until when the e-mail to those who were told last must be out."""
        return self.told_at + (self.notice.notify_by - self.notice.raised_at)

    @property
    def acknowledge_by(self) -> datetime:
        """Until when those who were told last must acknowledge."""
        return self.told_at + (self.notice.acknowledge_by - self.notice.raised_at)

    @property
    def sent_at(self) -> datetime | None:
        """When the first e-mail was out."""
        return next((step.at for step in self.steps if step.kind == NoticeEventKind.SENT), None)

    @property
    def answered(self) -> NoticeEvent | None:
        """What answered it first."""
        return next((step for step in self.steps if step.kind in ANSWERS), None)

    @property
    def acknowledged(self) -> NoticeEvent | None:
        """The acknowledgement."""
        return next((step for step in self.steps if step.kind == NoticeEventKind.ACKNOWLEDGED), None)

    @property
    def is_answered_late(self) -> bool:
        """Whether it was answered after the time that the clinic gives for it."""
        return self.answered is not None and self.answered.at > self.notice.acknowledge_by

    @property
    def call(self) -> NoticeEvent | None:
        """The call that was read back, else the latest one; a finding that changed since has to be told anew."""
        revised = [step.at for step in self.steps if step.kind == NoticeEventKind.REVISED]
        return _best(step for step in self._calls if step.at >= max(revised, default=step.at))

    @property
    def outdated_call(self) -> NoticeEvent | None:
        """What the submitting doctor heard last of a finding that changed since, while nobody has called again."""
        return None if self.call else _best(self._calls)

    @property
    def outdated_version(self) -> int:
        """Which signed version the outdated call was about; 0 when none was signed yet."""
        return self.version_told(self.outdated_call) if self.outdated_call else 0

    def version_told(self, call: NoticeEvent) -> int:
        """Return which signed version stood, and so was read out, when the call was made; 0 for none."""
        return sum(report.signed_at <= call.at for report in self.notice.case.signed_reports.all())

    @property
    def _calls(self) -> list[NoticeEvent]:
        return [step for step in self.steps if step.kind == NoticeEventKind.CALLED]

    @property
    def is_waiting(self) -> bool:
        """Whether somebody has to acknowledge it."""
        return self.answered is None and self.notice.case.status == CaseStatus.OPEN

    @property
    def is_called(self) -> bool:
        """Whether the submitting doctor knows, and said it back."""
        return self.call is not None and bool(self.call.read_back)

    def is_late(self, at: datetime) -> bool:
        """Whether those who were told last had their time, or their e-mail is not out in time, or never will be."""
        if not self.is_waiting:
            return False
        latest = [each.state for each in self.deliveries if each.created_at >= self.told_at]
        if latest and set(latest) == {DeliveryState.FAILED}:
            return True
        was_sent = any(step.kind == NoticeEventKind.SENT and step.at >= self.told_at for step in self.steps)
        return at >= self.acknowledge_by or (not was_sent and at >= self.send_by)


def notices(user: User) -> QuerySet[Notice]:
    """Return the notices of the user's clinics, the newest first."""
    return _with_steps(Notice.objects.visible_to(user)).select_related("case__clinic", "case__submitted_by")


def outstanding_notices(user: User, *, at: datetime) -> QuerySet[Notice]:
    """Return the notices raised or revised lately whose submitting doctor does not know yet, the oldest first."""
    revised = NoticeEvent.objects.filter(kind=NoticeEventKind.REVISED)
    revised_since = revised.filter(notice=OuterRef("notice"), at__gt=OuterRef("at"))
    called = NoticeEvent.objects.filter(
        ~Exists(revised_since), notice=OuterRef("pk"), kind=NoticeEventKind.CALLED, read_back=True
    )
    since = at - OUTSTANDING_FOR
    is_recent = Q(raised_at__gte=since) | Q(Exists(revised.filter(notice=OuterRef("pk"), at__gte=since)))
    lately = notices(user).filter(is_recent, ~Exists(called))
    return lately.exclude(case__status=CaseStatus.WITHDRAWN).order_by("raised_at", "id")


def notices_waiting_for(user: User) -> QuerySet[Notice]:
    """Return the notices that the user was told of and nobody has acknowledged."""
    told = Delivery.objects.filter(to=user, kind__in=TELLS, case__status=CaseStatus.OPEN).values("case")
    return waiting_notices().filter(case__in=told, pk__in=Notice.objects.visible_to(user)).order_by("raised_at")


def waiting_notices() -> QuerySet[Notice]:
    """Return the notices of open cases that nobody has answered."""
    answered = NoticeEvent.objects.filter(notice=OuterRef("pk"), kind__in=ANSWERS)
    return _with_steps(
        Notice.objects.filter(~Exists(answered), case__status=CaseStatus.OPEN).select_related("case__clinic")
    )


def may_answer(user: User, case: Case) -> bool:
    """Whether the user may acknowledge the notice of the case and call: a reader who did not submit it."""
    return may(user, Permission.REVIEW, case.clinic) and not is_own(case, user)


def notice_progress(notice: Notice) -> NoticeProgress:
    """Say how far a notice is."""
    deliveries = tuple(delivery for delivery in notice.case.deliveries.all() if delivery.kind in TELLS)
    return NoticeProgress(notice, tuple(notice.events.all()), deliveries)


def progress_of_case(case: Case) -> NoticeProgress | None:
    """Say how far the notice of a case is; None when the case never was critical."""
    notice = _with_steps(Notice.objects.filter(case=case)).select_related("case__clinic").first()
    return notice_progress(notice) if notice else None


def _best(calls: Iterable[NoticeEvent]) -> NoticeEvent | None:
    return max(calls, key=lambda step: (bool(step.read_back), step.at), default=None)


def _with_steps(rows: QuerySet[Notice]) -> QuerySet[Notice]:
    return rows.prefetch_related(
        Prefetch("events", NoticeEvent.objects.select_related("by", "to").order_by("at", "id")),
        Prefetch("case__deliveries", Delivery.objects.select_related("to").order_by("created_at", "to")),
        Prefetch("case__signed_reports", SignedReport.objects.defer("content")),
    )
