"""Flagged cases of a clinic with a rota, at a moment that stands still."""

from datetime import UTC, datetime, timedelta

import time_machine
from django.utils import timezone

from diagnosis.choices import NoticeEventKind
from diagnosis.models import Case, Clinic, OnCall, User
from diagnosis.selectors import progress_of_case
from diagnosis.services import deliveries, notices
from tests import factories

FLAGGED = [factories.machine_result("early")] * 3
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def duty(
    clinic: Clinic,
    user: User,
    rank: int,
    starts: datetime = START - timedelta(hours=8),
    ends: datetime = START + timedelta(hours=8),
) -> OnCall:
    return OnCall.objects.create(clinic=clinic, user=user, rank=rank, starts_at=starts, ends_at=ends)


def flagged(clinic: Clinic) -> Case:
    return factories.analysed_case(clinic=clinic, results=FLAGGED)


def kinds(case: Case) -> list[str]:
    return sorted(case.notice.events.values_list("kind", flat=True), key=list(NoticeEventKind.values).index)


def told(case: Case) -> list[User]:
    return list(progress_of_case(case).told)


def sweep(clock: time_machine.Traveller, to: datetime) -> int:
    """Let the programs run at a moment: the sweep, then a round of e-mails."""
    clock.move_to(to)
    escalated = notices.escalate_due(at=timezone.now())
    deliveries.send_due(at=timezone.now())
    return escalated
