"""Reads that span models: one definition for the portal, the API and the admin."""

from typing import TYPE_CHECKING

from diagnosis.selectors.cases import cases, current_signed_report, newest_analyses, progress, waits
from diagnosis.selectors.cells import telling_cells
from diagnosis.selectors.models_used import (
    models_answering,
    models_used,
    name_of,
    reports_that_used,
    signed_analyses_by,
)
from diagnosis.selectors.shadows import Agreement, agreement, with_comparison
from diagnosis.selectors.states import ANSWER_OVERDUE_AFTER, with_state
from diagnosis.selectors.worklist import worklist

if TYPE_CHECKING:
    from diagnosis.selectors.shadows import ComparedShadow as ComparedShadow
    from diagnosis.selectors.states import CaseWithState as CaseWithState

__all__ = [
    "ANSWER_OVERDUE_AFTER",
    "Agreement",
    "agreement",
    "cases",
    "current_signed_report",
    "models_answering",
    "models_used",
    "name_of",
    "newest_analyses",
    "progress",
    "reports_that_used",
    "signed_analyses_by",
    "telling_cells",
    "waits",
    "with_comparison",
    "with_state",
    "worklist",
]
