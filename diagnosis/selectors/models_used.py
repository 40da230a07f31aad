"""Which trained networks have answered, and what rests on one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.db.models.fields.json import KT, KeyTextTransform

from diagnosis.choices import AnalysisStatus
from diagnosis.models import Analysis, SignedReport, StageReport, StageReportImage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from diagnosis.models import Clinic

# So many of the newest analyses tell which networks are answering now; workers may differ while they are replaced.
NEWEST = 50


def models_used() -> list[str]:
    """Return the hash of every network that has ever answered: one step of the index for each, whatever the rows."""
    found: list[str] = []
    rows = Analysis.objects.annotate(model=KT("pins__model_sha256")).order_by("model").values_list("model", flat=True)
    following = rows.filter(model__gt="").first()
    while following:
        found.append(following)
        following = rows.filter(model__gt=following).first()
    return found


def models_answering() -> dict[str, datetime]:
    """Return the networks of the newest analyses, each with when it was last asked."""
    newest = Analysis.objects.order_by("-queued_at").filter(status=AnalysisStatus.SUCCEEDED)
    latest: dict[str, datetime] = {}
    for pins, queued_at in newest.values_list("pins", "queued_at")[:NEWEST]:
        latest.setdefault(pins.get("model_sha256", ""), queued_at)
    return {model: at for model, at in latest.items() if model}


def name_of(model: str) -> str:
    """Return what a network was called when it last answered; empty when it never did."""
    pins = _by(model).order_by("-queued_at").values_list("pins", flat=True).first()
    return str((pins or {}).get("artefact", ""))


def reports_that_used(model: str, clinics: Iterable[Clinic]) -> QuerySet[SignedReport]:
    """Return the clinics' signed reports of which at least one image was analysed by the network."""
    rested_on = StageReportImage.objects.alias(model=KeyTextTransform("model_sha256", "analysis__pins")).filter(
        stage_report=OuterRef("review__stage_report"), model=model
    )
    return SignedReport.objects.filter(Exists(rested_on), case__clinic__in=clinics)


def signed_analyses_by(model: str, clinics: Iterable[Clinic]) -> QuerySet[Analysis]:
    """Return every analysis that entered a stage report on which a signed report of the clinics rests."""
    images = StageReportImage.objects.filter(stage_report__in=signed_stage_reports(model, clinics))
    return Analysis.objects.filter(pk__in=images.values("analysis"), status=AnalysisStatus.SUCCEEDED)


def signed_stage_reports(model: str, clinics: Iterable[Clinic]) -> QuerySet[StageReport]:
    """Return the clinics' stage reports that were signed and of which the network analysed at least one image."""
    signed = SignedReport.objects.filter(review__stage_report=OuterRef("pk"))
    rested_on = StageReportImage.objects.filter(analysis__in=_by(model)).values("stage_report")
    return StageReport.objects.filter(Exists(signed), pk__in=rested_on, case__clinic__in=clinics)


def _by(model: str) -> QuerySet[Analysis]:
    return Analysis.objects.alias(model=KT("pins__model_sha256")).filter(model=model)
