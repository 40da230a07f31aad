"""Which stored status may follow which; whatever is not listed is refused."""

from django.utils.translation import gettext as _

from diagnosis.choices import AnalysisStatus, CaseStatus
from diagnosis.errors import TransitionRefused

ANALYSIS: dict[str, frozenset[str]] = {
    AnalysisStatus.QUEUED: frozenset({AnalysisStatus.RUNNING, AnalysisStatus.CANCELLED, AnalysisStatus.FAILED}),
    AnalysisStatus.RUNNING: frozenset(
        {
            AnalysisStatus.SUCCEEDED,
            AnalysisStatus.FAILED,
            AnalysisStatus.QUEUED,
            AnalysisStatus.CANCELLED,
        },
    ),
    AnalysisStatus.SUCCEEDED: frozenset(),
    AnalysisStatus.FAILED: frozenset(),
    AnalysisStatus.CANCELLED: frozenset(),
}

CASE: dict[str, frozenset[str]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.SIGNED, CaseStatus.WITHDRAWN}),
    CaseStatus.SIGNED: frozenset(),
    CaseStatus.WITHDRAWN: frozenset(),
}


def require(table: dict[str, frozenset[str]], before: str, after: str) -> None:
    """Raise TransitionRefused unless the table lets `after` follow `before`."""
    if after not in table[before]:
        sentence = _("A record that is %(before)s cannot become %(after)s. Reload the page to see its state.")
        raise TransitionRefused(sentence % {"before": before, "after": after})
