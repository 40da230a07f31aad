"""What an artefact in shadow says, kept beside the analysis. Nothing waits for it and nobody but operators sees it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from diagnosis import artefacts, queue
from diagnosis.choices import Act, AnalysisStatus
from diagnosis.errors import Conflict
from diagnosis.models import Analysis, ShadowResult, ShadowStatement, StageReport
from diagnosis.permissions import Permission, require
from diagnosis.selectors.shadow_changes import unstated, without_shadow
from diagnosis.services.audit import note
from diagnosis.services.results import ImageEvidence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from diagnosis.models import Clinic, User
    from diagnosis.services.results import CaseRule, MachineResult

# So many messages are sent at one request; whoever asked goes on with the rest from the same page.
AT_ONCE = 1000


def follow(analysis: Analysis) -> None:
    """Have an analysis that has just succeeded followed by the artefact in shadow, where there is one."""
    if settings.SHADOW_ARTEFACT:
        queue.ring_shadow(analysis)


def ask_again(*, model: str, clinics: Sequence[Clinic], by: User, at: datetime) -> int:
    """Have the artefact in shadow look at signed analyses of a network again; return of how many it was asked."""
    for clinic in clinics:
        require(by, Permission.RUN_SHADOW, clinic)
    shadow = artefacts.named(settings.SHADOW_ARTEFACT)
    if shadow is None:
        raise Conflict(_("No model runs in shadow. Ask the operator to set one, then ask again."))
    if shadow.sha256 == model:
        raise Conflict(_("This is the model that runs in shadow: it would only be compared with itself."))
    if not queue.is_up():
        raise Conflict(_("The queue cannot be reached, so nothing was asked. Try again in a minute."))
    # Where it has spoken of every image and a case has no statement of its results yet, to ask again composes one.
    for waiting in (without_shadow(model, clinics, shadow.name), unstated(model, clinics, shadow.name)):
        analyses = list(waiting.select_related("smear__case__clinic")[:AT_ONCE])
        if analyses:
            break
    asked: Counter[Clinic] = Counter()
    with transaction.atomic():
        for analysis in analyses:
            queue.ring_shadow(analysis)
            asked[analysis.smear.case.clinic] += 1
        for clinic, count in asked.items():
            note(Act.SHADOW_REQUESTED, at=at, by=by, clinic=clinic, model=model, shadow=shadow.name, analyses=count)
    return asked.total()


def image_of(analysis_id: UUID) -> bytes | None:
    """Return the stored bytes of an analysed smear; None when there is none or no artefact is in shadow."""
    if not settings.SHADOW_ARTEFACT:
        return None
    analysis = Analysis.objects.select_related("smear").filter(pk=analysis_id, status=AnalysisStatus.SUCCEEDED).first()
    if analysis is None:
        return None
    with analysis.smear.image.open("rb") as file:
        return bytes(file.read())


def record(analysis_id: UUID, said: MachineResult, *, rule: CaseRule, at: datetime) -> None:
    """Store what the artefact in shadow says, unless it is stored already; with a case's last image, the statement."""
    result = ShadowResult(
        analysis_id=analysis_id,
        artefact=said.pins["artefact"],
        artefact_version=said.pins["artefact_version"],
        model_sha256=said.pins["model_sha256"],
        outcome=said.outcome,
        predicted_class=said.predicted_class,
        probabilities=said.probabilities,
        milliseconds=said.timings_ms["total"],
        recorded_at=at,
    )
    with transaction.atomic():
        # Of two that record the last two images of a case, the later one sees both; no reader waits for this lock.
        reports = StageReport.objects.filter(images__analysis=analysis_id).select_related("case__clinic")
        locked = list(reports.order_by("pk").select_for_update(of=("self",), no_key=True))
        ShadowResult.objects.bulk_create([result], ignore_conflicts=True)
        for report in locked:
            _state_if_complete(report, result.artefact, rule=rule, at=at)


def _state_if_complete(report: StageReport, artefact: str, *, rule: CaseRule, at: datetime) -> None:
    """Apply the case rule to a stage report's images once the artefact in shadow has spoken of all that were analysed.

    Cells are found by the engine and not by the network, so those of the analysis are the shadow's too.
    """
    analyses = Analysis.objects.filter(stage_report_images__stage_report=report).order_by("stage_report_images__id")
    spoken = {said.analysis_id: said for said in ShadowResult.objects.filter(artefact=artefact, analysis__in=analyses)}
    images = []
    for analysis in analyses:
        said = spoken.get(analysis.pk)
        if said is None and analysis.status == AnalysisStatus.SUCCEEDED:
            return
        images.append(
            ImageEvidence(
                analysis_id=analysis.pk,
                outcome=said.outcome if said else "",
                log_odds=None,
                probabilities=said.probabilities if said else None,
                leukocytes=analysis.leukocytes,
            )
        )
    clinic = report.case.clinic
    stated = rule(images, minimum_images=clinic.minimum_images, minimum_leukocytes=clinic.minimum_leukocytes)
    statement = ShadowStatement(
        stage_report=report,
        artefact=artefact,
        statement=stated.statement,
        is_flagged=stated.is_flagged,
        pattern_class=stated.pattern_class,
        usable_images=stated.usable_images,
        trimmed_mean=stated.trimmed_mean,
        top_three_mean=stated.top_three_mean,
        rule_version=stated.rule_version,
        composed_at=at,
    )
    ShadowStatement.objects.bulk_create([statement], ignore_conflicts=True)
