"""Contents of reports at each step to the signature, and what can be read in the PDF made of them."""

import io
import re
from typing import Any

from pypdf import PdfReader

from diagnosis.rendering.pdf import ReportImage
from diagnosis.services import report_content
from tests import factories

PINS = {"artefact": "first", "model_sha256": "c" * 64, "litert": "2.3.0"}


def image(number: int, **facts: Any) -> dict[str, Any]:
    return {
        "number": number,
        "sha256": f"{number:064x}",
        "analysis": f"00000000-0000-4000-8000-{number:012d}",
        "outcome": "classified",
        "pattern": "Early pre-B",
        "cannot_exclude": [],
        "probability": 0.934,
        "leukocytes": 31,
        "warnings": [],
        "pins": {**PINS, "image_sha256": f"{number:064x}"},
        "is_used": True,
        "reason": "used",
        "log_odds": 2.6,
        **facts,
    }


def unsigned(images: int = 3) -> dict[str, Any]:
    return {
        "format": 1,
        "case": {
            "id": "00000000-0000-4000-8000-000000000001",
            "clinic": "North clinic",
            "accession": "NORTH-26-00007",
            "priority": "urgent",
            "submitted_by": "Dr Leila Karimi",
            "submitted_at": "2026-11-23T06:24:20.123456+00:00",
            "patient": {"number": "P-00481", "name": "Mina Rostami", "year_of_birth": 2019, "sex": "female"},
            "specimen": "bone marrow",
            "stain": "Giemsa",
            "device": "100x oil",
            "clinical_notes": "Pallor and bruising.",
            "treatment": "",
            "counts": {
                "haemoglobin_g_per_l": "71.0",
                "white_cells_10e9_per_l": "48.30",
                "platelets_10e9_per_l": None,
            },
        },
        "machine": {
            "stage_report": "00000000-0000-4000-8000-000000000002",
            "version": 1,
            "composed_at": "2026-11-23T06:25:02.5+00:00",
            "statement": "blast-suspect",
            "sentence": factories.FLAGGED_SENTENCE,
            "is_flagged": True,
            "usable_images": images,
            "unusable_images": 0,
            "leukocytes": 31 * images,
            "case_rule": "7",
            "images": [image(number) for number in range(1, images + 1)],
        },
        "specialist": None,
        "limits": report_content.LIMITS,
        "standing": report_content.STANDING,
    }


def reviewed(**facts: Any) -> dict[str, Any]:
    specialist = {
        "review": "00000000-0000-4000-8000-000000000003",
        "name": "Dr Ingrid Solheim",
        "reviewed_at": "2026-11-23T07:01:00+00:00",
        "decision": "correct",
        "finding": "Blasts suspected",
        "pattern": "Pre-B",
        "blast_percentage": "64.0",
        "reasons": "Coarser chromatin than that class.",
        "comment": "Send EDTA blood for flow cytometry.",
    }
    return {**unsigned(), "specialist": specialist, **facts}


def signed(**facts: Any) -> dict[str, Any]:
    signature = {
        "name": "Dr Ingrid Solheim",
        "signed_at": "2026-11-23T08:03:00+01:00",
        "meaning": "authored",
        "version": 1,
        "amendment_reason": "",
        **facts,
    }
    return reviewed(signature=signature)


def drawn(count: int) -> list[ReportImage]:
    return [ReportImage(number, factories.picture_bytes(number)) for number in range(1, count + 1)]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """Return the text in one line and with plain apostrophes; line breaks fall where the page is full."""
    text = " ".join(page.extract_text() for page in read(pdf).pages)
    return re.sub(r"\s+", " ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
