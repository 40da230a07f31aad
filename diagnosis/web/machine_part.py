"""The machine's part of a case in words and bars, image by image; no class unless the image was classified."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from diagnosis import selectors
from diagnosis.choices import AnalysisStatus, Outcome, Subtype
from diagnosis.machine_words import said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from diagnosis.models import Analysis, Case, Smear, StageReportImage

# Log-odds are clipped at 12; a bar of this half-length shows them all.
LONGEST_LOG_ODDS = 12.0

OUTCOMES: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    Outcome.ABSTAINED: (
        _("No class given"),
        _("The engine cannot tell this pattern apart with the certainty it is held to. Read the cells yourself."),
    ),
    Outcome.NOVEL: (
        _("Unlike the training images"),
        _("It lies too far from the images the engine learned from, so no class is named. Read the cells yourself."),
    ),
    Outcome.UNSUITABLE: (_("Unsuitable image"), _("The image did not pass the quality check, so it gets no class.")),
    Outcome.REFUSED: (_("Not readable"), _("The engine could not read the stored file.")),
}
STATUSES: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    AnalysisStatus.QUEUED: (_("Waiting"), _("No worker has taken it yet. The smear can be read meanwhile.")),
    AnalysisStatus.RUNNING: (_("Being analysed"), _("The result is on its way. The smear can be read meanwhile.")),
    AnalysisStatus.FAILED: (_("Analysis failed"), ""),
}
# What a blind reader is told of an image whose cells the machine has judged, one way or another.
OF_CELLS = (Outcome.CLASSIFIED, Outcome.ABSTAINED, Outcome.NOVEL)
HIDDEN = (
    _("Analysed"),
    _("The machine's result is shown when your opinion is committed. The cells it found are outlined."),
)
NOT_ANALYSED = (_("Not analysed"), _("No analysis of this image is stored. Run it again, or read the cells yourself."))


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
    title: StrOrPromise
    explanation: StrOrPromise
    is_active: bool
    advice: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    cannot_exclude: list[str] = field(default_factory=list)
    contribution: Contribution | None = None
    is_hidden: bool = False

    @property
    def is_classified(self) -> bool:
        """Whether the image has a class at all."""
        return not self.is_hidden and self.analysis is not None and self.analysis.outcome == Outcome.CLASSIFIED

    @property
    def short_title(self) -> StrOrPromise:
        """The title in the words that fit under a thumbnail."""
        if self.is_classified and self.analysis is not None:
            return self.analysis.get_predicted_class_display()
        return self.title

    @property
    def has_cells(self) -> bool:
        """Whether there are cells to outline."""
        return self.analysis is not None and self.analysis.leukocytes > 0

    @property
    def has_activation(self) -> bool:
        """Whether there is an activation map to lay over the image."""
        return self.is_classified and self.analysis is not None and bool(self.analysis.activation_map)


def of_case(case: Case, *, hides_machine: bool = False) -> list[ImagePart]:
    """Describe every smear by the analysis the stage report rests on, else by its newest one.

    To a blind reader an answer is only said to be there; that an image is unsuitable is said to everybody.
    """
    newest = {analysis.smear_id: analysis for analysis in selectors.newest_analyses(case)}
    report = case.current_stage_report
    rests_on = (
        {image.analysis.smear_id: image for image in report.images.select_related("analysis__smear")} if report else {}
    )
    parts = [_part(smear, newest.get(smear.pk), rests_on.get(smear.pk)) for smear in case.smears.all()]
    return [_hidden(part) if hides_machine else part for part in parts]


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
        contribution=Contribution(image.is_used, said(image.reason), image.log_odds) if image else None,
    )


def _hidden(part: ImagePart) -> ImagePart:
    """Leave out of an image's part what the machine makes of its cells."""
    is_of_cells = part.analysis is not None and part.analysis.outcome in OF_CELLS
    title, explanation = HIDDEN if is_of_cells else (part.title, part.explanation)
    return replace(
        part, title=title, explanation=explanation, is_hidden=True, bars=[], cannot_exclude=[], contribution=None
    )


def _words(analysis: Analysis | None) -> tuple[StrOrPromise, StrOrPromise]:
    if analysis is None:
        return NOT_ANALYSED
    if analysis.status == AnalysisStatus.FAILED:
        return STATUSES[AnalysisStatus.FAILED][0], said(analysis.failure_sentence)
    if analysis.status != AnalysisStatus.SUCCEEDED:
        return STATUSES[analysis.status]
    if analysis.outcome == Outcome.CLASSIFIED:
        return gettext("Most similar to %(pattern)s") % {"pattern": analysis.get_predicted_class_display()}, ""
    title, explanation = OUTCOMES[analysis.outcome]
    if analysis.refusal:
        explanation = said(analysis.refusal.get("sentence", "")) or explanation
    return title, explanation


def _advice(quality: dict[str, Any] | None) -> list[str]:
    return [said(reason["advice"]) for reason in (quality or {}).get("reasons", [])]


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
