"""What the case page says of each smear to whoever took the photograph: how far it is, and what to do about it.

It names no class: that is for the stage report's wording, and for the specialist's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnosis.choices import AnalysisStatus, Outcome
from diagnosis.selectors import newest_analyses

if TYPE_CHECKING:
    from diagnosis.models import Analysis, Case, Smear

_WAITING = {
    AnalysisStatus.QUEUED: "Waiting",
    AnalysisStatus.RUNNING: "Analysing",
    AnalysisStatus.FAILED: "Analysis failed",
}
_ANSWERS = {
    Outcome.CLASSIFIED: ("Analysed", ""),
    Outcome.ABSTAINED: ("Analysed", "The machine gives this image no class. The specialist reads it."),
    Outcome.NOVEL: (
        "Unlike the training images",
        "Check that this is a stained smear at high magnification; if it is, the specialist reads it as it is.",
    ),
    Outcome.UNSUITABLE: ("Unsuitable image", ""),
    Outcome.REFUSED: ("Not readable", "Take the photograph again and upload it as JPEG or PNG."),
}


@dataclass(frozen=True, slots=True)
class SmearCard:
    """One smear on the case page."""

    smear: Smear
    analysis: Analysis | None
    title: str
    tone: str
    sentences: tuple[str, ...]

    @property
    def is_active(self) -> bool:
        """Whether the engine has yet to answer."""
        return self.analysis is not None and self.analysis.is_active

    @property
    def key(self) -> str:
        """What changes when the card does."""
        return f"{self.smear.pk}:{self.analysis.pk if self.analysis else ''}:{self.title}"


def cards_of(case: Case) -> list[SmearCard]:
    """Return the case's smears in their order, each with its newest analysis."""
    newest = {analysis.smear_id: analysis for analysis in newest_analyses(case)}
    return [_card(smear, newest.get(smear.pk)) for smear in case.smears.all()]


def _card(smear: Smear, analysis: Analysis | None) -> SmearCard:
    if analysis is None:
        return SmearCard(smear, None, "Not analysed", "", ())
    if analysis.status != AnalysisStatus.SUCCEEDED:
        failed = analysis.status == AnalysisStatus.FAILED
        said = (analysis.failure_sentence,) if failed else ()
        return SmearCard(smear, analysis, _WAITING[AnalysisStatus(analysis.status)], "caution" if failed else "", said)
    outcome = Outcome(analysis.outcome)
    title, sentence = _ANSWERS[outcome]
    if outcome == Outcome.REFUSED and analysis.refusal:
        sentence = analysis.refusal.get("sentence") or sentence
    answered = outcome in (Outcome.CLASSIFIED, Outcome.ABSTAINED)
    sentences = (sentence, *_advice(analysis))
    return SmearCard(smear, analysis, title, "settled" if answered else "caution", tuple(filter(None, sentences)))


def _advice(analysis: Analysis) -> list[str]:
    return [reason["advice"] for reason in (analysis.quality or {}).get("reasons", [])]
