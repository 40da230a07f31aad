"""E-mails: rows that are sent soon and tried again. Their words hold the clinic's name and an address, and no more."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import TYPE_CHECKING

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Case as Whether
from django.db.models import F, Value, When
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import override

from diagnosis import queue as doorbell
from diagnosis.choices import DeliveryKind, DeliveryState, NoticeEventKind
from diagnosis.models import Delivery, NoticeEvent
from diagnosis.selectors.notices import TELLS

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from diagnosis.models import Case, User

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 12
BATCH = 20
# Longer than a round may take (workers.deliver), so that nobody sends the same e-mail meanwhile: a pause is a lease.
PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)

_PAGES: dict[str, str] = {
    DeliveryKind.QUESTION: "case",
    DeliveryKind.ANSWER: "review",
    DeliveryKind.READING: "review",
    DeliveryKind.SIGNED: "report",
    DeliveryKind.AMENDED: "report",
}


def queue(*, kind: DeliveryKind, case: Case, to: User, at: datetime) -> Delivery:
    """Leave an e-mail to be sent once this transaction is committed."""
    delivery = Delivery.objects.create(kind=kind, case=case, to=to, next_at=at, created_at=at)
    doorbell.ring_deliveries()
    return delivery


def send_due(*, at: datetime) -> int:
    """Send what is due, critical cases first; return how many were sent. A mail server that is down ends the round."""
    urgent = Whether(When(kind__in=TELLS, then=Value(0)), default=Value(1))
    due = Delivery.objects.filter(state=DeliveryState.QUEUED, next_at__lte=at).order_by(urgent, "next_at")
    sent = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        delivery = _take(pk, at)
        if delivery is None:
            continue
        try:
            _send(delivery)
        except (SMTPRecipientsRefused, SMTPResponseException, ValueError) as error:
            _not_sent(delivery, error, at)
        except OSError as error:
            _not_sent(delivery, error, at)
            break
        else:
            _end(delivery, DeliveryState.SENT, at)
            sent += 1
    return sent


def message(delivery: Delivery) -> EmailMessage:
    """Write an e-mail in its reader's language; the first line of the template is the subject."""
    with override(delivery.to.language or settings.LANGUAGE_CODE):
        words = render_to_string(
            f"emails/{delivery.kind}.txt",
            {"clinic": delivery.case.clinic.name, "address": settings.PORTAL_ADDRESS.rstrip("/") + _path(delivery)},
        )
    subject, _, body = words.strip().partition("\n")
    return EmailMessage(subject.strip(), body.strip() + "\n", to=[delivery.to.email])


def _path(delivery: Delivery) -> str:
    if delivery.kind in TELLS:
        return reverse("notice", args=[delivery.case.notice.pk])
    return reverse(_PAGES[delivery.kind], args=[delivery.case_id])


def _take(pk: UUID, at: datetime) -> Delivery | None:
    """Take an e-mail for one attempt, unless another process just did."""
    attempts = Delivery.objects.values_list("attempts", flat=True).get(pk=pk)
    taken = Delivery.objects.filter(pk=pk, state=DeliveryState.QUEUED, next_at__lte=at, attempts=attempts).update(
        attempts=F("attempts") + 1, next_at=at + min(PAUSE * 2**attempts, LONGEST_PAUSE)
    )
    if not taken:
        return None
    return Delivery.objects.select_related("case__clinic", "case__notice", "to").get(pk=pk)


def _send(delivery: Delivery) -> None:
    if not delivery.to.is_active or not delivery.to.email:
        raise ValueError("no_address")
    message(delivery).send()


def _not_sent(delivery: Delivery, error: Exception, at: datetime) -> None:
    """Keep what went wrong: the kind of error, since a server's own words may repeat the e-mail."""
    code = getattr(error, "smtp_code", "")
    delivery.error = f"{type(error).__name__} {code}".strip() if not isinstance(error, ValueError) else str(error)[:200]
    is_hopeless = isinstance(error, ValueError) or delivery.attempts >= MAX_ATTEMPTS
    log.warning("delivery_failed", delivery=str(delivery.pk), attempt=delivery.attempts, error=delivery.error)
    if is_hopeless:
        _end(delivery, DeliveryState.FAILED, at)
    else:
        delivery.save(update_fields=["error"])


def _end(delivery: Delivery, state: DeliveryState, at: datetime) -> None:
    is_sent = state == DeliveryState.SENT
    with transaction.atomic():
        delivery.state = state
        delivery.sent_at = at if is_sent else None
        delivery.save(update_fields=["state", "sent_at", "error"])
        if delivery.kind in TELLS:
            kind = NoticeEventKind.SENT if is_sent else NoticeEventKind.NOT_SENT
            NoticeEvent.objects.create(notice=delivery.case.notice, kind=kind, to=delivery.to, at=at)
    log.info("delivery_ended", delivery=str(delivery.pk), kind=delivery.kind, state=state.value)
