"""What the case page says of each smear to whoever took the photograph: how far it is, and what to do about it.

It names no class: that is for the stage report's wording, and for the specialist's page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from diagnosis import machine_words
from diagnosis.choices import AnalysisStatus, Outcome
from diagnosis.selectors import newest_analyses
from diagnosis.web.machine_part import OF_CELLS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from diagnosis.models import Analysis, Case, Smear

_WAITING = {
    AnalysisStatus.QUEUED: _("Waiting"),
    AnalysisStatus.RUNNING: _("Analysing"),
    AnalysisStatus.FAILED: _("Analysis failed"),
}
_ANSWERS: dict[Outcome, tuple[StrOrPromise, StrOrPromise]] = {
    Outcome.CLASSIFIED: (_("Analysed"), ""),
    Outcome.ABSTAINED: (_("Analysed"), _("The machine gives this image no class. The specialist reads it.")),
    Outcome.NOVEL: (
        _("Unlike the training images"),
        _("Check that this is a stained smear at high magnification; if it is, the specialist reads it as it is."),
    ),
    Outcome.UNSUITABLE: (_("Unsuitable image"), ""),
    Outcome.REFUSED: (_("Not readable"), _("Take the photograph again and upload it as JPEG or PNG.")),
}


@dataclass(frozen=True, slots=True)
class SmearCard:
    """One smear on the case page."""

    smear: Smear
    analysis: Analysis | None
    title: StrOrPromise
    tone: str
    sentences: tuple[StrOrPromise, ...]

    @property
    def is_active(self) -> bool:
        """Whether the engine has yet to answer."""
        return self.analysis is not None and self.analysis.is_active

    @property
    def key(self) -> str:
        """What changes when the card does."""
        return f"{self.smear.pk}:{self.analysis.pk if self.analysis else ''}:{self.title}"


def cards_of(case: Case, *, is_blind: bool = False) -> list[SmearCard]:
    """Return the case's smears in their order, each with its newest analysis.

    To a blind reader an image whose cells the machine has judged is analysed, whatever the answer.
    """
    newest = {analysis.smear_id: analysis for analysis in newest_analyses(case)}
    return [_card(smear, newest.get(smear.pk), is_blind=is_blind) for smear in case.smears.all()]


def _card(smear: Smear, analysis: Analysis | None, *, is_blind: bool) -> SmearCard:
    if analysis is None:
        return SmearCard(smear, None, _("Not analysed"), "", ())
    if analysis.status != AnalysisStatus.SUCCEEDED:
        failed = analysis.status == AnalysisStatus.FAILED
        said = (machine_words.said(analysis.failure_sentence),) if failed else ()
        return SmearCard(smear, analysis, _WAITING[AnalysisStatus(analysis.status)], "caution" if failed else "", said)
    outcome = Outcome(analysis.outcome)
    title, sentence = _ANSWERS[outcome]
    if outcome == Outcome.REFUSED and analysis.refusal:
        sentence = machine_words.said(analysis.refusal.get("sentence", "")) or sentence
    if is_blind and outcome in OF_CELLS:
        return SmearCard(smear, analysis, _ANSWERS[Outcome.CLASSIFIED][0], "settled", tuple(_advice(analysis)))
    answered = outcome in (Outcome.CLASSIFIED, Outcome.ABSTAINED)
    sentences = (sentence, *_advice(analysis))
    return SmearCard(smear, analysis, title, "settled" if answered else "caution", tuple(filter(None, sentences)))


def _advice(analysis: Analysis) -> list[str]:
    return [machine_words.said(reason["advice"]) for reason in (analysis.quality or {}).get("reasons", [])]
