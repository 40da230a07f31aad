"""What a report says, as plain values: what is shown is what is signed, hashed and printed."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.utils.translation import override

from diagnosis.choices import AnalysisStatus, Subtype
from diagnosis.selectors import newest_analyses

if TYPE_CHECKING:
    from diagnosis.models import Analysis, Case, Review, StageReport

FORMAT = 1
UNAVAILABLE = "The machine has no answer for this case. Any opinion in this report rests on the images alone."
LIMITS = (
    "Morphology alone cannot separate hematogones from B-lymphoblasts with certainty, nor assign lineage or subtype."
)
STANDING = "Decision support for trained readers. Not a cleared medical device."


def compose(case: Case, *, review: Review | None) -> dict[str, Any]:
    """Return the content of a case's report; without a review it is the machine's part alone, unsigned."""
    with override("en"):
        report = review.stage_report if review else case.current_stage_report
        return {
            "format": FORMAT,
            "case": _case(case),
            "machine": _machine(case, report),
            "specialist": _specialist(review) if review else None,
            "limits": LIMITS,
            "standing": STANDING,
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
        "submitted_by": case.submitted_by.signature_name,
        "submitted_at": case.submitted_at.isoformat(),
        "patient": {
            "number": case.patient.number,
            "name": case.patient.name,
            "year_of_birth": case.patient.year_of_birth,
            "sex": case.patient.get_sex_display(),
        },
        "specimen": case.get_specimen_display(),
        "stain": case.stain,
        "device": case.device,
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


def _machine(case: Case, report: StageReport | None) -> dict[str, Any]:
    if report is None:
        return {
            "statement": "Analysis unavailable",
            "sentence": UNAVAILABLE,
            "images": _images_unanswered(case),
        }
    return {
        "stage_report": str(report.pk),
        "version": report.version,
        "composed_at": report.composed_at.isoformat(),
        "statement": report.get_statement_display(),
        "sentence": report.sentence,
        "is_flagged": report.is_flagged,
        "usable_images": report.usable_images,
        "unusable_images": report.unusable_images,
        "leukocytes": report.leukocytes,
        "case_rule": report.rule_version,
        "images": [
            {
                **_image(image.analysis),
                "is_used": image.is_used,
                "reason": image.reason,
                "log_odds": image.log_odds,
            }
            for image in report.images.select_related("analysis__smear").order_by("analysis__smear__number")
        ],
    }


def _image(analysis: Analysis) -> dict[str, Any]:
    """Describe an image's result; no class is named unless the image was classified."""
    named = [str(Subtype(label).label) for label in analysis.prediction_set] if analysis.predicted_class else []
    return {
        "number": analysis.smear.number,
        "sha256": analysis.smear.sha256,
        "analysis": str(analysis.pk),
        "outcome": _outcome(analysis),
        "pattern": analysis.get_predicted_class_display(),
        "cannot_exclude": [name for name in named if name != analysis.get_predicted_class_display()],
        "probability": (
            analysis.probabilities[analysis.predicted_class]
            if analysis.predicted_class and analysis.probabilities
            else None
        ),
        "leukocytes": analysis.leukocytes,
        "warnings": analysis.warnings,
        "pins": analysis.pins,
    }


def _outcome(analysis: Analysis) -> str:
    if analysis.status == AnalysisStatus.SUCCEEDED:
        return str(analysis.get_outcome_display())
    return str(analysis.get_status_display())


def _images_unanswered(case: Case) -> list[dict[str, Any]]:
    return [_image(analysis) for analysis in newest_analyses(case)]


def _specialist(review: Review) -> dict[str, Any]:
    return {
        "review": str(review.pk),
        "name": review.reviewer.signature_name,
        "reviewed_at": review.reviewed_at.isoformat(),
        "decision": review.get_decision_display(),
        "finding": review.get_finding_display(),
        "pattern": review.get_pattern_class_display(),
        "blast_percentage": str(review.blast_percentage) if review.blast_percentage is not None else None,
        "reasons": review.reasons,
        "comment": review.comment,
    }
