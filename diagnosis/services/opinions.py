"""What an opinion may say: its parts agree with each other, and with what the reader says of the machine's part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from diagnosis.choices import Decision, Finding, Statement, Subtype, TallyKind
from diagnosis.errors import Invalid, OpinionContradicts, ReasonsMissing, StalePage

if TYPE_CHECKING:
    from diagnosis.models import Review, StageReport

# What agreeing with a statement amounts to; agreeing that the images do not suffice leaves the finding open.
AGREED_FINDING: dict[str, str] = {
    Statement.FLAGGED: Finding.BLASTS_SUSPECTED,
    Statement.NOT_FLAGGED: Finding.NO_BLASTS_SEEN,
    Statement.INDETERMINATE: Finding.INDETERMINATE,
}

# A reader who saw no more in the images than a machine that they did not suffice.
OPEN_FINDINGS = (Finding.INDETERMINATE, Finding.UNSUITABLE)

# Which patterns may be named with a finding; an open finding names none. The opinion form reads this table too.
PATTERNS: dict[str, tuple[str, ...]] = {
    Finding.BLASTS_SUSPECTED.value: (Subtype.EARLY.value, Subtype.PRE.value, Subtype.PRO.value),
    Finding.NO_BLASTS_SEEN.value: (Subtype.BENIGN.value,),
    Finding.INDETERMINATE.value: (),
    Finding.UNSUITABLE.value: (),
}


def require_consistency(review: Review, *, marks_blasts: bool) -> None:
    """Raise OpinionContradicts when the parts of an opinion exclude each other."""
    said = Finding(review.finding).label
    if review.pattern_class and review.pattern_class not in PATTERNS[review.finding]:
        raise OpinionContradicts(
            _("“%(finding)s” does not go with the pattern “%(pattern)s”. Change the finding, or name no pattern.")
            % {"finding": said, "pattern": Subtype(review.pattern_class).label}
        )
    if review.finding != Finding.NO_BLASTS_SEEN:
        return
    if review.blast_percentage:
        raise OpinionContradicts(
            _(
                "“%(finding)s” does not go with %(count)s blasts per 100 leukocytes. "
                "Change the finding, or leave the count out."
            )
            % {"finding": said, "count": review.blast_percentage}
        )
    if review.tally and review.tally.get(TallyKind.BLAST):
        raise OpinionContradicts(
            _("“%(finding)s” does not go with the blasts in your tally. Change the finding, or clear the tally.")
            % {"finding": said}
        )
    if marks_blasts:
        raise OpinionContradicts(
            _(
                "“%(finding)s” does not go with the cells that you marked as blasts. "
                "Change the finding, or take the marks back."
            )
            % {"finding": said}
        )


def require_grounds(report: StageReport | None, decision: str, finding: str, reasons: str) -> None:
    """Raise unless the opinion on the machine's part stands: agreeing fits its statement, departing says why."""
    if decision != Decision.AGREE:
        if not reasons.strip():
            raise ReasonsMissing
        return
    if report is None:
        raise StalePage(_("The machine has no answer to agree with. Give your own finding under Correct."))
    if AGREED_FINDING.get(report.statement, finding) != finding:
        raise Invalid(_("Your finding differs from the machine's statement. Choose Correct, and say why."))


def decision_of_blind(report: StageReport | None, finding: str) -> Decision:
    """Return what a finding that was given blind turns out to make of the machine's part."""
    if report is None:
        return Decision.CORRECT
    agreed = (AGREED_FINDING[report.statement],) if report.statement in AGREED_FINDING else OPEN_FINDINGS
    return Decision.AGREE if finding in agreed else Decision.CORRECT
