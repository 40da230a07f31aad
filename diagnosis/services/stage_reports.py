"""The machine's statement on a case: composed by the case rule when the last analysis has ended, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnosis import selectors
from diagnosis.choices import ACTIVE_ANALYSIS, Act, CaseStatus
from diagnosis.models import StageReport, StageReportImage
from diagnosis.services import notices
from diagnosis.services.audit import note
from diagnosis.services.results import ImageEvidence

if TYPE_CHECKING:
    from datetime import datetime

    from diagnosis.models import Case
    from diagnosis.services.results import CaseRule


def compose_if_complete(case: Case, *, rule: CaseRule, at: datetime) -> StageReport | None:
    """Compose the next version when every smear's newest analysis has ended. The caller holds the case's lock."""
    if case.status != CaseStatus.OPEN:
        return None
    newest = selectors.newest_analyses(case)
    if not newest or any(analysis.status in ACTIVE_ANALYSIS for analysis in newest):
        return None
    said = rule(
        [
            ImageEvidence(
                analysis_id=analysis.pk,
                outcome=analysis.outcome,
                log_odds=analysis.log_odds,
                probabilities=analysis.probabilities,
                leukocytes=analysis.leukocytes,
            )
            for analysis in newest
        ],
        minimum_images=case.clinic.minimum_images,
        minimum_leukocytes=case.clinic.minimum_leukocytes,
    )
    report = StageReport.objects.create(
        case=case,
        version=case.stage_reports.count() + 1,
        statement=said.statement,
        is_flagged=said.is_flagged,
        pattern_class=said.pattern_class,
        sentence=said.sentence,
        usable_images=said.usable_images,
        unusable_images=said.unusable_images,
        leukocytes=said.leukocytes,
        trimmed_mean=said.trimmed_mean,
        top_three_mean=said.top_three_mean,
        rule_version=said.rule_version,
        composed_at=at,
    )
    StageReportImage.objects.bulk_create(
        StageReportImage(
            stage_report=report,
            analysis_id=image.analysis_id,
            is_used=image.is_used,
            reason=image.reason,
            log_odds=image.log_odds,
        )
        for image in said.contributions
    )
    _let_the_case_follow(case, report, at)
    note(
        Act.STAGE_REPORT_COMPOSED,
        at=at,
        by=None,
        case=case,
        stage_report=str(report.pk),
        statement=report.statement,
        version=report.version,
    )
    return report


def _let_the_case_follow(case: Case, report: StageReport, at: datetime) -> None:
    case.current_stage_report = report
    case.save(update_fields=["current_stage_report"])
    if report.is_flagged:
        notices.become_critical(case, report=report, at=at)
