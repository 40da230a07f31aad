"""Cases by the hundred thousand, written by the database itself: nobody waits for services to make them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from django.db import connection, transaction
from django.utils import timezone

from diagnosis.models import Case, Clinic, User
from tests import factories

# One case in 200 is open, one in 2000 critical; the reader's two clinics have half of all.
_ROWS = """
SET LOCAL session_replication_role = replica;
INSERT INTO diagnosis_patient (id, clinic_id, number, name, sex, created_at)
SELECT md5('patient' || n)::uuid, (%(clinics)s::int[])[1 + n %% 4], 'K-' || lpad(n::text, 7, '0'), '', 'unknown', now()
FROM generate_series(1, %(cases)s / 2) n;
INSERT INTO diagnosis_case (id, clinic_id, patient_id, accession, priority, status, is_critical, submitted_by_id,
    submitted_at, due_at, signed_at, specimen, stain, device, clinical_notes, treatment)
SELECT md5('case' || n)::uuid, (%(clinics)s::int[])[1 + n %% 4], md5('patient' || 1 + n / 2)::uuid,
    'A-26-' || lpad(n::text, 7, '0'), (ARRAY['routine', 'urgent', 'stat'])[1 + n %% 3],
    CASE WHEN n %% 800 < 4 THEN 'open' WHEN n %% 50 = 7 THEN 'withdrawn' ELSE 'signed' END,
    n %% 2000 < 4, (%(submitters)s::int[])[1 + n %% 4], now() - n * interval '10 seconds',
    now() - n * interval '10 seconds' + interval '1 day',
    CASE WHEN n %% 800 >= 4 THEN now() - n * interval '9 seconds' END,
    (ARRAY['blood', 'marrow'])[1 + n %% 2], '', '', '', ''
FROM generate_series(1, %(cases)s) n;
INSERT INTO diagnosis_smear (id, case_id, number, image, media_type, width, height, size, sha256, upload_sha256,
    original_name, uploaded_by_id, uploaded_at)
SELECT gen_random_uuid(), id, number, '', 'image/jpeg', 640, 480, 9, md5(accession || number), md5(accession || number),
    '', submitted_by_id, submitted_at
FROM diagnosis_case, generate_series(1, 2) number WHERE status = 'open' OR number = 1;
INSERT INTO diagnosis_stagereport (id, case_id, version, statement, is_flagged, pattern_class, sentence, usable_images,
    unusable_images, leukocytes, rule_version, composed_at)
SELECT md5('report' || id)::uuid, id, 1, 'not_flagged', false, '', 'As stated.', 2, 0, 40, 'drawn', submitted_at
FROM diagnosis_case;
UPDATE diagnosis_case SET current_stage_report_id = md5('report' || id)::uuid WHERE status = 'open';
SET LOCAL session_replication_role = origin;
"""
_TABLES = ("patient", "case", "smear", "stagereport", "analysis", "question", "answer", "readingrequest", "review")


@dataclass(frozen=True)
class Many:
    """A reader of two clinics out of four, among very many cases, and places in their lists."""

    reader: User
    places: dict[str, str]


def written(cases: int) -> Iterator[Many]:
    """Write the cases in a transaction of their own, let the planner know of them, and take them back afterwards."""
    with transaction.atomic():
        clinics = [factories.ClinicFactory.create() for _ in range(4)]
        submitters = [factories.submitter(clinic) for clinic in clinics]
        reader = factories.specialist(clinics[0])
        reader.memberships.create(clinic=clinics[1], role="specialist")
        with connection.cursor() as cursor:
            people = [user.pk for user in submitters]
            cursor.execute(_ROWS, {"cases": cases, "clinics": [clinic.pk for clinic in clinics], "submitters": people})
            for table in _TABLES:
                cursor.execute(f"ANALYZE diagnosis_{table}")
        yield Many(reader, _places(clinics[0], submitters[0], cases))
        transaction.set_rollback(True)


def _places(clinic: Clinic, submitter: User, cases: int) -> dict[str, str]:
    of_clinic = Case.objects.filter(clinic=clinic)
    due = of_clinic.filter(status="open").order_by("due_at", "pk")[25]
    middle = Case.objects.order_by("-submitted_at")[cases // 2]
    return {
        "clinic": clinic.slug,
        "submitter": submitter.username,
        "due": quote(f"{due.due_at.isoformat()}_{due.pk.hex}"),
        "middle": quote(f"{middle.submitted_at.isoformat()}_{middle.pk.hex}"),
        "day": (timezone.now() - timedelta(days=20)).date().isoformat(),
    }
