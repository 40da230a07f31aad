"""Contents of reports at each step to the signature, and what can be read in the PDF made of them."""

import io
import re
from typing import Any

from django.utils.translation import override
from pypdf import PdfReader

from diagnosis.rendering.pdf import ReportImage
from diagnosis.rendering.signature import Check
from diagnosis.services import report_content
from diagnosis.services.report_words import words as labels
from tests import factories

CHECK = Check(address="https://smears.example.org/v/", code="7K3D9QXM2VAT")
PINS = {"artefact": "first", "model_sha256": "c" * 64, "litert": "2.3.0"}


def image(number: int, **facts: Any) -> dict[str, Any]:
    return {
        "number": number,
        "sha256": f"{number:064x}",
        "width": 320,
        "height": 240,
        "analysis": f"00000000-0000-4000-8000-{number:012d}",
        "outcome": "classified",
        "outcome_code": "classified",
        "pattern": "Early pre-B",
        "pattern_code": "early",
        "cannot_exclude": [],
        "cannot_exclude_codes": [],
        "probability": 0.934,
        "leukocytes": 31,
        "warnings": [],
        "pins": {**PINS, "image_sha256": f"{number:064x}"},
        "is_used": True,
        "reason": "used",
        "log_odds": 2.6,
        **facts,
    }


def cell(number: int, image: int = 1) -> dict[str, Any]:
    return {"image": image, "cell": number, "box": [30 * number, 40, 28, 28], "contribution": 0.1}


def unsigned(images: int = 3, *, language: str = "en") -> dict[str, Any]:
    with override(language):
        words = labels()
    return {
        "format": 5,
        "language": language,
        "time_zone": "Europe/Oslo",
        "words": words,
        "case": {
            "id": "00000000-0000-4000-8000-000000000001",
            "clinic": "North clinic",
            "accession": "NORTH-26-00007",
            "priority": "urgent",
            "priority_code": "urgent",
            "submitted_by": "Dr Leila Karimi",
            "submitted_at": "2026-11-23T06:24:20.123456+00:00",
            "patient": {
                "number": "P-00481",
                "name": "Mina Rostami",
                "year_of_birth": 2019,
                "sex": "female",
                "sex_code": "female",
            },
            "specimen": "bone marrow",
            "specimen_code": "marrow",
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
            "statement_code": "flagged",
            "sentence": factories.FLAGGED_SENTENCE,
            "sentence_translated": factories.FLAGGED_SENTENCE,
            "is_flagged": True,
            "usable_images": images,
            "unusable_images": 0,
            "leukocytes": 31 * images,
            "case_rule": "7",
            "images": [image(number) for number in range(1, images + 1)],
            "cells": [cell(number, 1 + number % 3) for number in range(6)] if images > 2 else [],
        },
        "specialist": None,
        "amends": None,
        "readings": [],
        "readings_of": None,
        "critical": None,
        "limits": report_content.LIMITS,
        "standing": report_content.STANDING,
    }


def reading(**facts: Any) -> dict[str, Any]:
    return {
        "kind": "first reading",
        "kind_code": "first",
        "is_blind": False,
        "name": "Dr Ingrid Solheim",
        "reviewed_at": "2026-11-23T07:01:00+00:00",
        "finding": "Blasts suspected",
        "finding_code": "blasts_suspected",
        "pattern": "Pre-B",
        "pattern_code": "pre",
        "blast_percentage": "64.0",
        "blast_count": "",
        **facts,
    }


def amends(**facts: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "sha256": "a" * 64,
        "name": "Dr Per Holm",
        "signed_at": "2026-11-22T09:12:00+00:00",
        "reading": reading(**facts),
    }


def critical(**facts: Any) -> dict[str, Any]:
    return {
        "raised_at": "2026-11-23T06:25:10+00:00",
        "raised_by": "",
        "told": ["Dr Ingrid Solheim"],
        "acknowledged": {"by": "Dr Ingrid Solheim", "at": "2026-11-23T06:31:10+00:00"},
        "call": {
            "by": "Dr Ingrid Solheim",
            "at": "2026-11-23T07:31:10+00:00",
            "spoken_to": "Dr Karimi",
            "read_back": True,
            "note": "",
            "version": 1,
        },
        **facts,
    }


def reviewed(*, images: int = 3, language: str = "en", **facts: Any) -> dict[str, Any]:
    specialist = {
        **reading(),
        "review": "00000000-0000-4000-8000-000000000003",
        "decision": "correct",
        "decision_code": "correct",
        "cautions": [],
        "reasons": "Coarser chromatin than that class.",
        "comment": "Send EDTA blood for flow cytometry.",
        "tally": [],
        "marks": [],
    }
    return {**unsigned(images, language=language), "specialist": specialist, **facts}


def signed(*, images: int = 3, language: str = "en", **facts: Any) -> dict[str, Any]:
    signature = {
        "name": "Dr Ingrid Solheim",
        "signed_at": "2026-11-23T08:03:00+01:00",
        "meaning": "authored",
        "version": 1,
        "amendment_reason": "",
        **facts,
    }
    return reviewed(images=images, language=language, signature=signature)


def drawn(count: int) -> list[ReportImage]:
    return [ReportImage(number, factories.picture_bytes(number)) for number in range(1, count + 1)]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """Return the text in one line and with plain apostrophes; line breaks fall where the page is full."""
    text = " ".join(page.extract_text() for page in read(pdf).pages)
    return re.sub(r"\s+", " ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
