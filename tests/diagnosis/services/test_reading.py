from datetime import UTC, datetime, timedelta

import pytest

from diagnosis.choices import Act
from diagnosis.models import AuditRecord
from diagnosis.services.reading import note_case_read, note_image_read
from tests import factories

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_a_person_looking_at_an_image_is_recorded_once_a_day():
    smear = factories.smear(factories.case())
    reader, other = factories.specialist(smear.case.clinic), factories.specialist(smear.case.clinic)
    for by, at in [
        (reader, MORNING),
        (reader, MORNING + timedelta(hours=3)),
        (other, MORNING),
        (reader, MORNING + timedelta(days=1)),
    ]:
        note_image_read(smear, by=by, at=at)
    records = AuditRecord.objects.filter(act=Act.IMAGE_READ, case=smear.case)
    assert records.count() == 3
    assert records.filter(by=reader).count() == 2
    assert {record.detail["smear"] for record in records} == {str(smear.pk)}


def test_opening_a_case_is_recorded_once_a_day():
    case = factories.case()
    for _ in range(2):
        note_case_read(case, by=case.submitted_by, at=MORNING)
    record = AuditRecord.objects.get(act=Act.CASE_READ)
    assert (record.case, record.by, record.clinic) == (case, case.submitted_by, case.clinic)
