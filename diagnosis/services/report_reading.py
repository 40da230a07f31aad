"""What a reader gets when asking for a case's report: the signed content, else the machine's part, else why not yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from diagnosis import selectors
from diagnosis.blindness import require_sees_machine
from diagnosis.choices import Act, CaseState
from diagnosis.errors import NoStageReport, NotFound, StageReportNotReady
from diagnosis.permissions import Permission, require
from diagnosis.services import report_content, seal
from diagnosis.services.audit import note

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import SignedReport, User
    from diagnosis.selectors import CaseWithState

PARTIAL, FINAL, AMENDED = "partial", "final", "amended"


@dataclass(frozen=True, slots=True)
class ReadReport:
    """A report as read; `signed` is empty while only the machine has spoken. The statuses are those of FHIR.

    While images are `outstanding` it is not the machine's last word; a signed report waits for none.
    """

    status: str
    content: dict[str, Any]
    signed: SignedReport | None
    outstanding: int = 0

    @property
    def is_intact(self) -> bool:
        """Whether a signed report is what was signed: its hash, and the seal over it where it has one."""
        if self.signed is None:
            return False
        sha256 = report_content.digest(self.content)
        sealed = not self.signed.seal or seal.holds(sha256, self.signed.seal, self.signed.key_id)
        return sha256 == self.signed.sha256 and sealed


def read(*, case: CaseWithState, by: User, version: int | None = None, at: datetime | None = None) -> ReadReport:
    """Return the newest report of a case, or the given signed version, and note who read it."""
    at = at or timezone.now()
    require(by, Permission.READ, case.clinic)
    signed = case.signed_reports.select_related("signed_by").order_by("-version")
    chosen = signed.first() if version is None else signed.filter(version=version).first()
    if chosen is None and version is not None:
        raise NotFound(
            _("This case has no signed version %(version)s. Its list of versions shows which there are.")
            % {"version": version}
        )
    if chosen is None:
        require_sees_machine(by, case)
    report = _signed(chosen) if chosen else _unsigned(case)
    note(Act.REPORT_READ, at=at, by=by, case=case, status=report.status, version=chosen.version if chosen else None)
    return report


def _signed(signed: SignedReport) -> ReadReport:
    return ReadReport(FINAL if signed.version == 1 else AMENDED, signed.content, signed)


def _unsigned(case: CaseWithState) -> ReadReport:
    if case.state == CaseState.WITHDRAWN:
        raise NoStageReport
    if case.state == CaseState.AWAITING_IMAGES:
        raise StageReportNotReady(_("The case has no image yet. Upload its smears, then ask again."))
    stands = case.current_stage_report
    is_flagged = stands is not None and stands.is_flagged
    if case.state == CaseState.ANALYSING and not is_flagged:
        raise StageReportNotReady
    progress = selectors.progress(case)
    outstanding = progress["smears"] - progress["answered"]
    content = report_content.compose(case, review=None)
    # A raised flag is passed on at once; that there is none is only said when no image can raise it any more.
    may_yet_be = not is_flagged and (stands is None or outstanding > 0)
    content["machine"] |= {"is_flagged": None if may_yet_be else is_flagged, "outstanding": outstanding}
    return ReadReport(PARTIAL, content, None, outstanding)
