"""The machine's part of a report's content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from diagnosis.choices import AnalysisStatus, Outcome, Statement, Subtype
from diagnosis.machine_words import said
from diagnosis.selectors import newest_analyses, telling_cells

if TYPE_CHECKING:
    from diagnosis.models import Analysis, Case, StageReport, User

UNAVAILABLE = _("The machine has no answer for this case. Any opinion in this report rests on the images alone.")
TELLING_CELLS = 6
COUNTED = (Outcome.CLASSIFIED, Outcome.ABSTAINED)


def machine_part(case: Case, report: StageReport | None, *, by: User | None = None) -> dict[str, Any]:
    """Return what the stage report says, or that there is none; its cells chosen with the marks of the reader `by`."""
    if report is None:
        return {
            "statement": str(Statement.UNAVAILABLE.label),
            "statement_code": Statement.UNAVAILABLE.value,
            "sentence": UNAVAILABLE,
            "sentence_translated": gettext(UNAVAILABLE),
            "is_flagged": False,
            "images": [_image(analysis) for analysis in newest_analyses(case)],
            "cells": [],
        }
    return {
        "stage_report": str(report.pk),
        "version": report.version,
        "composed_at": report.composed_at.isoformat(),
        "statement": report.in_short,
        "statement_code": report.statement,
        # English binds, so it is there verbatim whatever the language of the report.
        "sentence": report.sentence,
        "sentence_translated": said(report.sentence),
        "is_flagged": report.is_flagged,
        "usable_images": report.usable_images,
        "unusable_images": report.unusable_images,
        "leukocytes": report.leukocytes,
        "case_rule": report.rule_version,
        "images": [
            {
                **_image(image.analysis),
                "is_used": image.is_used,
                "reason": said(image.reason),
                "log_odds": image.log_odds,
            }
            for image in report.images.select_related("analysis__smear").order_by("analysis__smear__number")
        ],
        "cells": _telling_cells(report, by),
    }


def _image(analysis: Analysis) -> dict[str, Any]:
    """Describe an image's result; no class is named unless the image was classified."""
    others = [
        Subtype(label)
        for label in analysis.prediction_set
        if analysis.predicted_class and label != analysis.predicted_class
    ]
    return {
        "number": analysis.smear.number,
        "sha256": analysis.smear.sha256,
        "width": analysis.smear.width,
        "height": analysis.smear.height,
        "analysis": str(analysis.pk),
        **_outcome(analysis),
        "pattern": analysis.get_predicted_class_display(),
        "pattern_code": analysis.predicted_class,
        "cannot_exclude": [str(subtype.label) for subtype in others],
        "cannot_exclude_codes": [subtype.value for subtype in others],
        "probability": (
            analysis.probabilities[analysis.predicted_class]
            if analysis.predicted_class and analysis.probabilities
            else None
        ),
        # What was found in an image of anything else is no count of leukocytes.
        "leukocytes": analysis.leukocytes if analysis.outcome in COUNTED else None,
        "warnings": [said(warning) for warning in analysis.warnings],
        "pins": analysis.pins,
    }


def _outcome(analysis: Analysis) -> dict[str, str]:
    if analysis.status == AnalysisStatus.SUCCEEDED:
        return {"outcome": analysis.get_outcome_display(), "outcome_code": analysis.outcome}
    return {"outcome": analysis.get_status_display(), "outcome_code": analysis.status}


def _telling_cells(report: StageReport, by: User | None) -> list[dict[str, Any]]:
    """Return the boxes of the most telling cells, by the image's number and the cell's."""
    return [
        {
            "image": cell.analysis.smear.number,
            "cell": cell.number,
            "box": [cell.x, cell.y, cell.width, cell.height],
            "contribution": cell.contribution,
            "is_marked_blast": is_marked_blast,
        }
        for cell, is_marked_blast in telling_cells(report, count=TELLING_CELLS, by=by)
    ]
