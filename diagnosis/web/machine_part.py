"""The machine's part of a case in words and bars, image by image; no class unless the image was classified."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from diagnosis import selectors
from diagnosis.choices import AnalysisStatus, Outcome, Subtype

if TYPE_CHECKING:
    from diagnosis.models import Analysis, Case, Smear, StageReportImage

# Log-odds are clipped at 12; a bar of this half-length shows them all.
LONGEST_LOG_ODDS = 12.0

OUTCOMES: dict[str, tuple[str, str]] = {
    Outcome.ABSTAINED: (
        "No class given",
        "The engine cannot tell this pattern apart with the certainty it is held to. Read the cells yourself.",
    ),
    Outcome.NOVEL: (
        "Unlike the training images",
        "It lies too far from the images the engine learned from, so no class is named. Read the cells yourself.",
    ),
    Outcome.UNSUITABLE: ("Unsuitable image", "The image did not pass the quality check, so it gets no class."),
    Outcome.REFUSED: ("Not readable", "The engine could not read the stored file."),
}
STATUSES: dict[str, tuple[str, str]] = {
    AnalysisStatus.QUEUED: ("Waiting", "No worker has taken it yet. The smear can be read meanwhile."),
    AnalysisStatus.RUNNING: ("Being analysed", "The result is on its way. The smear can be read meanwhile."),
    AnalysisStatus.FAILED: ("Analysis failed", ""),
}
MOST_SIMILAR = "Most similar to "
NOT_ANALYSED = ("Not analysed", "No analysis of this image is stored. Run it again, or read the cells yourself.")


@dataclass(frozen=True, slots=True)
class Bar:
    """One class' probability."""

    label: str
    probability: float
    is_highest: bool

    @property
    def length(self) -> str:
        """Its share of a bar 100 long; text, so that no locale changes the point."""
        return f"{100 * self.probability:.2f}"


@dataclass(frozen=True, slots=True)
class Contribution:
    """What the image added to the case's statement."""

    is_used: bool
    reason: str
    log_odds: float | None

    @property
    def is_towards_blasts(self) -> bool:
        """Whether it speaks for blast-suspect."""
        return (self.log_odds or 0.0) > 0

    @property
    def start(self) -> str:
        """Where its bar begins on an axis 0 to 100 whose middle is even odds."""
        return f"{min(50.0, self._end):.2f}"

    @property
    def length(self) -> str:
        """How long its bar is."""
        return f"{abs(self._end - 50.0):.2f}"

    @property
    def _end(self) -> float:
        clipped = max(-LONGEST_LOG_ODDS, min(LONGEST_LOG_ODDS, self.log_odds or 0.0))
        return 50.0 + 50.0 * clipped / LONGEST_LOG_ODDS


@dataclass(frozen=True, slots=True)
class ImagePart:
    """What the page says of one smear."""

    smear: Smear
    analysis: Analysis | None
    title: str
    explanation: str
    is_active: bool
    advice: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    cannot_exclude: list[str] = field(default_factory=list)
    contribution: Contribution | None = None

    @property
    def is_classified(self) -> bool:
        """Whether the image has a class at all."""
        return self.analysis is not None and self.analysis.outcome == Outcome.CLASSIFIED

    @property
    def short_title(self) -> str:
        """The title in the words that fit under a thumbnail."""
        return self.title.removeprefix(MOST_SIMILAR)

    @property
    def has_cells(self) -> bool:
        """Whether there are cells to outline."""
        return self.analysis is not None and self.analysis.leukocytes > 0

    @property
    def has_activation(self) -> bool:
        """Whether there is an activation map to lay over the image."""
        return self.is_classified and self.analysis is not None and bool(self.analysis.activation_map)


def of_case(case: Case) -> list[ImagePart]:
    """Describe every smear by the analysis the stage report rests on, else by its newest one."""
    newest = {analysis.smear_id: analysis for analysis in selectors.newest_analyses(case)}
    report = case.current_stage_report
    rests_on = (
        {image.analysis.smear_id: image for image in report.images.select_related("analysis__smear")} if report else {}
    )
    return [_part(smear, newest.get(smear.pk), rests_on.get(smear.pk)) for smear in case.smears.all()]


def _part(smear: Smear, newest: Analysis | None, image: StageReportImage | None) -> ImagePart:
    analysis = image.analysis if image else newest
    title, explanation = _words(analysis)
    classified = analysis if analysis and analysis.outcome == Outcome.CLASSIFIED else None
    return ImagePart(
        smear=smear,
        analysis=analysis,
        title=title,
        explanation=explanation,
        is_active=newest is not None and newest.is_active,
        advice=_advice(analysis.quality) if analysis else [],
        bars=_bars(classified) if classified else [],
        cannot_exclude=_others(classified) if classified else [],
        contribution=Contribution(image.is_used, image.reason, image.log_odds) if image else None,
    )


def _words(analysis: Analysis | None) -> tuple[str, str]:
    if analysis is None:
        return NOT_ANALYSED
    if analysis.status == AnalysisStatus.FAILED:
        return STATUSES[AnalysisStatus.FAILED][0], analysis.failure_sentence
    if analysis.status != AnalysisStatus.SUCCEEDED:
        return STATUSES[analysis.status]
    if analysis.outcome == Outcome.CLASSIFIED:
        return f"{MOST_SIMILAR}{analysis.get_predicted_class_display()}", ""
    title, explanation = OUTCOMES[analysis.outcome]
    if analysis.refusal:
        explanation = analysis.refusal.get("sentence") or explanation
    return title, explanation


def _advice(quality: dict[str, Any] | None) -> list[str]:
    return [reason["advice"] for reason in (quality or {}).get("reasons", [])]


def _bars(analysis: Analysis) -> list[Bar]:
    return [
        Bar(
            str(subtype.label),
            (analysis.probabilities or {}).get(subtype.value, 0.0),
            is_highest=subtype.value == analysis.predicted_class,
        )
        for subtype in Subtype
    ]


def _others(analysis: Analysis) -> list[str]:
    return [str(Subtype(label).label) for label in analysis.prediction_set if label != analysis.predicted_class]
