"""What a report says, as plain values: what is shown is what is signed, hashed and printed.

Words stand beside their codes, and the labels in the content itself, all in the language of whoever signs. So a signed
report reads the same whatever becomes of templates and translations. diagnosis/rendering/sheet.py lays it out.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from diagnosis.services import notices
from diagnosis.services.report_amendment import amended_part
from diagnosis.services.report_machine import machine_part
from diagnosis.services.report_specialist import readings, readings_of, specialist_part
from diagnosis.services.report_words import words

if TYPE_CHECKING:
    from diagnosis.models import Case, Review

# 1: without codes, labels and language; always English. 2: without what an amendment changed. 3: without what a finding
# does not exclude, of what a probability is, and who raised a critical notice. 4: without what another reader's blast
# count is worth, which version the readings led to and which one a call was about; an amendment dropped the readings.
# Reports signed in them are still read.
FORMAT = 5
LIMITS = _(
    "Morphology alone cannot separate hematogones from B-lymphoblasts with certainty, nor assign lineage or subtype."
)
STANDING = _("Decision support for trained readers. Not a cleared medical device.")


def compose(case: Case, *, review: Review | None) -> dict[str, Any]:
    """Return the content of a case's report; without a review it is the machine's part alone, unsigned."""
    report = review.stage_report if review else case.current_stage_report
    return {
        "format": FORMAT,
        "language": get_language() or "en",
        "time_zone": case.clinic.time_zone,
        "words": words(),
        "case": _case(case),
        "machine": machine_part(case, report, by=review.reviewer if review else None),
        "specialist": specialist_part(review) if review else None,
        "amends": amended_part(review) if review else None,
        "readings": readings(review) if review else [],
        "readings_of": readings_of(review) if review else None,
        "critical": notices.for_report(case),
        "limits": gettext(LIMITS),
        "standing": gettext(STANDING),
    }


def digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the content in canonical JSON, in hexadecimal digits."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _case(case: Case) -> dict[str, Any]:
    return {
        "id": str(case.pk),
        "clinic": case.clinic.name,
        "accession": case.accession,
        "priority": case.get_priority_display(),
        "priority_code": case.priority,
        "submitted_by": case.submitted_by.signature_name,
        "submitted_at": case.submitted_at.isoformat(),
        "patient": {
            "number": case.patient.number,
            "name": case.patient.name,
            "year_of_birth": case.patient.year_of_birth,
            "sex": case.patient.get_sex_display(),
            "sex_code": case.patient.sex,
        },
        "specimen": case.get_specimen_display(),
        "specimen_code": case.specimen,
        "stain": case.stain,
        "device": case.microscope.name if case.microscope else case.device,
        "clinical_notes": case.clinical_notes,
        "treatment": case.treatment,
        "counts": {
            name: str(value) if value is not None else None
            for name, value in (
                ("haemoglobin_g_per_l", case.haemoglobin),
                ("white_cells_10e9_per_l", case.white_cells),
                ("platelets_10e9_per_l", case.platelets),
            )
        },
    }
