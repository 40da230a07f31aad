"""Reads that span models: one definition for the portal, the API and the admin."""

from typing import TYPE_CHECKING

from diagnosis.selectors.cases import cases, current_signed_report, newest_analyses, progress, waits
from diagnosis.selectors.cells import cell_marks, own_marks, telling_cells
from diagnosis.selectors.counting import Counts, open_counts, worklist_counts
from diagnosis.selectors.models_used import (
    models_answering,
    models_used,
    name_of,
    reports_that_used,
    signed_analyses_by,
)
from diagnosis.selectors.notices import (
    may_answer,
    notice_progress,
    notices,
    notices_waiting_for,
    outstanding_notices,
    progress_of_case,
)
from diagnosis.selectors.patients import other_cases
from diagnosis.selectors.readers import has_reader, is_theirs, may_take_over, to_ask, with_readers
from diagnosis.selectors.same_images import cases_with_file, same_images
from diagnosis.selectors.shadows import Agreement, agreement, with_comparison
from diagnosis.selectors.states import ANSWER_OVERDUE_AFTER, asked_by_name, with_state, with_times
from diagnosis.selectors.timeline import timeline
from diagnosis.selectors.worklist import (
    awaiting_answer,
    for_others,
    next_case,
    open_cases,
    worklist,
)

if TYPE_CHECKING:
    from diagnosis.selectors.readers import CaseToRead as CaseToRead
    from diagnosis.selectors.shadows import ComparedShadow as ComparedShadow
    from diagnosis.selectors.states import CaseWithState as CaseWithState

__all__ = [
    "ANSWER_OVERDUE_AFTER",
    "Agreement",
    "Counts",
    "agreement",
    "asked_by_name",
    "awaiting_answer",
    "cases",
    "cases_with_file",
    "cell_marks",
    "current_signed_report",
    "for_others",
    "has_reader",
    "is_theirs",
    "may_answer",
    "may_take_over",
    "models_answering",
    "models_used",
    "name_of",
    "newest_analyses",
    "next_case",
    "notice_progress",
    "notices",
    "notices_waiting_for",
    "open_cases",
    "open_counts",
    "other_cases",
    "outstanding_notices",
    "own_marks",
    "progress",
    "progress_of_case",
    "reports_that_used",
    "same_images",
    "signed_analyses_by",
    "telling_cells",
    "timeline",
    "to_ask",
    "waits",
    "with_comparison",
    "with_readers",
    "with_state",
    "with_times",
    "worklist",
    "worklist_counts",
]
