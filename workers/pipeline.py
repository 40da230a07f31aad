"""Glue between the engine and the services: bytes in, plain values out. No ORM, no transaction."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from diagnosis.services.results import (
    CaseStatement,
    FoundCell,
    ImageContribution,
    ImageEvidence,
    MachineResult,
)
from models import case as case_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.analysis import Engine, ImageAnalysis


@cache
def engine() -> Engine:
    """Return this process's engine, loaded on first use; `workers.warmup` does that after the fork."""
    from models.analysis import Engine

    return Engine.load(settings.ARTEFACT or None)


@cache
def shadow_engine() -> Engine:
    """Return this process's engine in shadow, loaded when its first smear comes."""
    from models.analysis import Engine

    return Engine.load(settings.SHADOW_ARTEFACT)


@cache
def rule() -> case_rule.CaseRule:
    """Return the case rule of the active artefact."""
    from models import registry

    return registry.case_rule(settings.ARTEFACT or None)


@cache
def shadow_rule() -> case_rule.CaseRule:
    """Return the case rule of the artefact in shadow."""
    from models import registry

    return registry.case_rule(settings.SHADOW_ARTEFACT)


def analyse(image: bytes) -> MachineResult:
    """Run the engine on the bytes of one image."""
    return as_result(engine().analyse(image))


def shadow(image: bytes) -> MachineResult:
    """Run the engine in shadow on the bytes of one image."""
    return as_result(shadow_engine().analyse(image))


def as_result(said: ImageAnalysis) -> MachineResult:
    """Translate the engine's answer to what the services store."""
    whole = said.to_json()
    return MachineResult(
        outcome=said.outcome.value,
        pins=dict(said.pins),
        predicted_class=said.predicted_class or "",
        probabilities=dict(said.probabilities) or None,
        raw_probabilities=dict(said.raw_probabilities) or None,
        prediction_set=list(said.prediction_set),
        blast_suspect=said.blast_suspect,
        log_odds=said.log_odds,
        quality=whole["quality"],
        novelty=whole["novelty"],
        refusal=whole["refusal"],
        activation_map=said.activation_map,
        activation_inside=said.activation_inside,
        warnings=list(said.warnings),
        timings_ms=dict(said.timings_ms),
        cells=tuple(
            FoundCell(
                x=cell.box[0],
                y=cell.box[1],
                width=cell.box[2],
                height=cell.box[3],
                contour=cell.contour,
                nucleus_contour=cell.nucleus_contour,
                area=cell.area,
                nucleus_area=cell.nucleus_area,
                perimeter=cell.perimeter,
                circularity=cell.circularity,
                solidity=cell.solidity,
                nucleus_to_cell=cell.nucleus_to_cell,
                mean_colour=cell.mean_colour,
                chromatin_contrast=cell.chromatin_contrast,
                contribution=cell.contribution,
            )
            for cell in said.cells
        ),
    )


def state_case(images: Sequence[ImageEvidence], *, minimum_images: int, minimum_leukocytes: int) -> CaseStatement:
    """Apply the case rule."""
    return _state_by(rule(), images, minimum_images=minimum_images, minimum_leukocytes=minimum_leukocytes)


def state_case_in_shadow(
    images: Sequence[ImageEvidence], *, minimum_images: int, minimum_leukocytes: int
) -> CaseStatement:
    """Apply the case rule of the artefact in shadow; of its results the probabilities are kept, and log-odds follow."""
    evidence = [replace(image, log_odds=_log_odds(image.probabilities)) for image in images]
    return _state_by(shadow_rule(), evidence, minimum_images=minimum_images, minimum_leukocytes=minimum_leukocytes)


def _log_odds(probabilities: dict[str, float] | None) -> float | None:
    import numpy as np

    from models.analysis import log_odds
    from models.classification.labels import LABELS

    return log_odds(np.array([probabilities[label] for label in LABELS])) if probabilities else None


def _state_by(
    rule: case_rule.CaseRule, images: Sequence[ImageEvidence], *, minimum_images: int, minimum_leukocytes: int
) -> CaseStatement:
    said = case_rule.state_of_case(
        [
            case_rule.ImageEvidence(
                analysis_id=str(image.analysis_id),
                outcome=image.outcome or "failed",
                log_odds=image.log_odds,
                probabilities=image.probabilities,
                leukocytes=image.leukocytes,
            )
            for image in images
        ],
        replace(rule, minimum_images=minimum_images, minimum_leukocytes=minimum_leukocytes),
    )
    ids = {str(image.analysis_id): image.analysis_id for image in images}
    return CaseStatement(
        statement=said.outcome.value,
        is_flagged=said.flag,
        pattern_class=said.pattern_class or "",
        sentence=said.sentence,
        usable_images=said.usable,
        unusable_images=said.unusable,
        leukocytes=said.leukocytes,
        trimmed_mean=said.trimmed_mean,
        top_three_mean=said.top_three_mean,
        rule_version=said.rule_version,
        contributions=tuple(
            ImageContribution(ids[image.analysis_id], image.used, image.reason, image.log_odds)
            for image in said.contributions
        ),
    )
