"""Images that a clinic keeps no longer: the bytes are deleted, every row and every report stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from diagnosis.choices import Act, CaseStatus
from diagnosis.models import AuditRecord, Case, Clinic, SignedReport
from diagnosis.services import pictures
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

log = structlog.get_logger(__name__)


def delete_due(*, at: datetime, batch: int = 5) -> int:
    """Delete the images of cases that have been closed for longer than their clinic keeps images; return how many."""
    deleted = 0
    for clinic in Clinic.objects.exclude(image_retention_days=None):
        due = _closed_before(clinic, at - timedelta(days=clinic.image_retention_days or 0))
        for pk in list(due.values_list("pk", flat=True)[: batch - deleted]):
            deleted += _delete(pk, at)
    return deleted


def _closed_before(clinic: Clinic, moment: datetime) -> QuerySet[Case]:
    """Return the clinic's cases that still have images, and were neither signed, amended nor withdrawn since."""
    amended = SignedReport.objects.filter(case=OuterRef("pk"), signed_at__gte=moment)
    withdrawn = AuditRecord.objects.filter(case=OuterRef("pk"), act=Act.CASE_WITHDRAWN, at__lt=moment)
    return Case.objects.filter(
        Q(status=CaseStatus.SIGNED, signed_at__lt=moment) & ~Exists(amended)
        | Q(status=CaseStatus.WITHDRAWN) & Exists(withdrawn),
        clinic=clinic,
        images_deleted_at=None,
    ).order_by("submitted_at")


def _delete(case_id: UUID, at: datetime) -> int:
    with transaction.atomic():
        free = Case.objects.select_for_update(of=("self",), skip_locked=True).select_related("clinic")
        case = free.filter(pk=case_id, images_deleted_at=None).first()
        if case is None:
            return 0
        for smear in case.smears.all():
            pictures.forget(smear)
            smear.image.storage.delete(str(smear.image.name))
            note(Act.IMAGE_DELETED, at=at, by=None, case=case, smear=str(smear.pk))
        case.images_deleted_at = at
        case.save(update_fields=["images_deleted_at"])
    return 1
