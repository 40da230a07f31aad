"""The case rule: what a case's images say together.

Plain Python, so that a clinic can read it and the platform can apply it without the image library.

Every usable image brings one number, the calibrated log-odds of blast-suspect: log of the three blast classes'
probability over the benign one's, in nats, positive on the blast side, clipped to ±12. The rule, in order:

1. No usable image: *unavailable* when every analysis failed technically, otherwise *insufficient*.
2. The flag is raised when the trimmed mean (a tenth of the images left out at each end, rounded down) passes
   ``flag_threshold``, or when the mean of the three highest passes the higher ``top_three_threshold``: a few clearly
   suspect images count even among many that are not. With fewer than three images, those there are count.
3. Too few usable images or leukocytes: *insufficient*. The flag stands all the same, so that the case is treated as
   critical: the safe side.
4. At least a quarter of the usable images clearly on each side (beyond ±``clear``): *indeterminate*, the flag standing
   as in 3.
5. Otherwise *flagged* or *not flagged*.

Wherever the flag is raised, the statement holds the wording for a raised flag, word for word.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LOG_ODDS_LIMIT = 12.0
TRIMMED_SHARE = 0.1
HIGHEST = 3

BENIGN = "benign"
PATTERN_NAMES = {"early": "Early pre-B", "pre": "Pre-B", "pro": "Pro-B"}

FLAGGED_WORDING = (
    "Blast-like lymphoid cells suspected (AI, unverified). Pattern most similar to class {pattern}. "
    "Not a diagnosis and not a measure of severity. Correlate with full blood count, differential, "
    "flow cytometry, with or without marrow and genetics."
)
NOT_FLAGGED_WORDING = (
    "No blast-suspect pattern in the analysed images; pattern most similar to hematogones. Leukaemia is not excluded."
)
INSUFFICIENT_WORDING = (
    "Insufficient for a case-level statement: {images} and {leukocytes} could be used; "
    "at least {minimum_images} and {minimum_leukocytes} are needed."
)
INDETERMINATE_WORDING = "Indeterminate: the images of this case contradict each other."
UNAVAILABLE_WORDING = "Analysis unavailable: no image of this case could be analysed."
NOT_EXCLUDED = "Leukaemia is not excluded."

_REASONS = {
    "classified": "used",
    "abstained": "used, although the image alone gives no class",
    "novel": "left out: unlike the images the network was trained on",
    "unsuitable": "left out: image quality",
    "refused": "left out: the file could not be read",
    "failed": "left out: the analysis failed",
}
_USABLE = ("classified", "abstained")


class CaseOutcome(StrEnum):
    """What the machine states of a case."""

    FLAGGED = "flagged"
    NOT_FLAGGED = "not_flagged"
    INSUFFICIENT = "insufficient"
    INDETERMINATE = "indeterminate"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class ImageEvidence:
    """What one image's analysis brings to the case.

    Parameters
    ----------
    analysis_id : str
        Names the analysis in the statement's contributions.
    outcome : str
        classified, abstained, novel, unsuitable, refused; failed when the analysis itself broke down.
    log_odds : float or None
        Calibrated log-odds of blast-suspect, in nats.
    probabilities : mapping or None
        Calibrated probabilities of benign, early, pre and pro.
    leukocytes : int
        Cells counted in the image.
    """

    analysis_id: str
    outcome: str
    log_odds: float | None
    probabilities: Mapping[str, float] | None
    leukocytes: int


@dataclass(frozen=True, slots=True)
class CaseRule:
    """The thresholds of the rule; a clinic may set the two minima.

    Parameters
    ----------
    minimum_images, minimum_leukocytes : int
        Fewer usable ones are insufficient for a case-level statement.
    flag_threshold : float
        Log-odds (nats) that the trimmed mean must pass; 0 is even odds.
    top_three_threshold : float
        Log-odds that the mean of the three highest must pass; 2 is odds of about 7 to 1.
    clear : float
        Log-odds beyond which an image stands clearly on one side.
    contradicting_share : float
        Share of the usable images (0 to 1) that must stand clearly on each side to contradict each other.
    version : str
        Stored with every statement.

    Raises
    ------
    ValueError
        When the thresholds contradict each other.
    """

    minimum_images: int = 3
    minimum_leukocytes: int = 20
    flag_threshold: float = 0.0
    top_three_threshold: float = 2.0
    clear: float = 2.0
    contradicting_share: float = 0.25
    version: str = "1"

    def __post_init__(self) -> None:
        if self.top_three_threshold < self.flag_threshold:
            raise ValueError("Set top_three_threshold at or above flag_threshold.")
        if self.minimum_images < 1 or self.minimum_leukocytes < 0:
            raise ValueError("Set minimum_images to 1 or more and minimum_leukocytes to 0 or more.")


@dataclass(frozen=True, slots=True)
class Contribution:
    """How one image entered the statement: used or left out, why, and with what log-odds (nats)."""

    analysis_id: str
    used: bool
    reason: str
    log_odds: float | None


@dataclass(frozen=True, slots=True)
class CaseStatement:
    """The machine's part of a stage report: written once, never changed.

    ``pattern_class`` is early, pre or pro when the flag is raised, benign when the outcome is not flagged, otherwise
    None. ``trimmed_mean`` and ``top_three_mean`` are log-odds in nats, None without a usable image.
    """

    outcome: CaseOutcome
    flag: bool
    pattern_class: str | None
    sentence: str
    usable: int
    unusable: int
    leukocytes: int
    trimmed_mean: float | None
    top_three_mean: float | None
    contributions: tuple[Contribution, ...]
    rule_version: str


def state_of_case(images: Sequence[ImageEvidence], rule: CaseRule | None = None) -> CaseStatement:
    """Compose the statement of a case from its images.

    Parameters
    ----------
    images : sequence of ImageEvidence
        One for each smear image of the case, in the order in which they are to be shown.
    rule : CaseRule, optional
        The thresholds; the product's own when left out.

    Returns
    -------
    CaseStatement
        The same images and rule always give the same statement, whatever their order.
    """
    rule = rule or CaseRule()
    used = [image for image in images if _is_usable(image)]
    leukocytes = sum(image.leukocytes for image in used)
    log_odds = sorted(_log_odds(image) for image in used)
    trimmed, highest = (_trimmed_mean(log_odds), _mean(log_odds[-HIGHEST:])) if used else (None, None)
    flag = (trimmed is not None and trimmed > rule.flag_threshold) or (
        highest is not None and highest > rule.top_three_threshold
    )
    outcome = _outcome(images, log_odds, leukocytes, rule, flag=flag)
    pattern = _pattern(used, rule) if flag else BENIGN if outcome is CaseOutcome.NOT_FLAGGED else None
    return CaseStatement(
        outcome=outcome,
        flag=flag,
        pattern_class=pattern,
        sentence=_sentence(outcome, pattern if flag else None, len(used), leukocytes, rule),
        usable=len(used),
        unusable=len(images) - len(used),
        leukocytes=leukocytes,
        trimmed_mean=trimmed,
        top_three_mean=highest,
        contributions=tuple(_contribution(image) for image in images),
        rule_version=rule.version,
    )


def _is_usable(image: ImageEvidence) -> bool:
    return (
        image.outcome in _USABLE
        and image.probabilities is not None
        and image.log_odds is not None
        and not math.isnan(image.log_odds)
    )


def _log_odds(image: ImageEvidence) -> float:
    return max(-LOG_ODDS_LIMIT, min(LOG_ODDS_LIMIT, image.log_odds or 0.0))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _trimmed_mean(ordered: Sequence[float]) -> float:
    left_out = int(len(ordered) * TRIMMED_SHARE)
    return _mean(ordered[left_out : len(ordered) - left_out])


def _outcome(
    images: Sequence[ImageEvidence], log_odds: Sequence[float], leukocytes: int, rule: CaseRule, *, flag: bool
) -> CaseOutcome:
    if not log_odds and all(image.outcome == "failed" for image in images):
        return CaseOutcome.UNAVAILABLE
    if len(log_odds) < rule.minimum_images or leukocytes < rule.minimum_leukocytes:
        return CaseOutcome.INSUFFICIENT
    enough = rule.contradicting_share * len(log_odds)
    clearly_blast = sum(value > rule.clear for value in log_odds)
    clearly_benign = sum(value < -rule.clear for value in log_odds)
    if min(clearly_blast, clearly_benign) >= max(enough, 1):
        return CaseOutcome.INDETERMINATE
    return CaseOutcome.FLAGGED if flag else CaseOutcome.NOT_FLAGGED


def _pattern(used: Sequence[ImageEvidence], rule: CaseRule) -> str:
    """Blast class with the highest mean probability in the images that raise suspicion."""
    suspect = [
        image.probabilities
        for image in used
        if image.probabilities is not None and _log_odds(image) > rule.flag_threshold
    ]
    return max(PATTERN_NAMES, key=lambda name: math.fsum(probabilities.get(name, 0.0) for probabilities in suspect))


def _sentence(outcome: CaseOutcome, pattern: str | None, usable: int, leukocytes: int, rule: CaseRule) -> str:
    flagged = FLAGGED_WORDING.format(pattern=PATTERN_NAMES[pattern]) if pattern else None
    if outcome is CaseOutcome.INSUFFICIENT:
        opening = INSUFFICIENT_WORDING.format(
            images=_count(usable, "image"),
            leukocytes=_count(leukocytes, "leukocyte"),
            minimum_images=_count(rule.minimum_images, "image"),
            minimum_leukocytes=_count(rule.minimum_leukocytes, "leukocyte"),
        )
    elif outcome is CaseOutcome.INDETERMINATE:
        opening = INDETERMINATE_WORDING
    elif outcome is CaseOutcome.UNAVAILABLE:
        opening = UNAVAILABLE_WORDING
    else:
        return flagged or NOT_FLAGGED_WORDING
    return f"{opening} {flagged or NOT_EXCLUDED}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _contribution(image: ImageEvidence) -> Contribution:
    used = _is_usable(image)
    reason = _REASONS.get(image.outcome, "left out: the outcome is not known to the rule")
    if image.outcome in _USABLE and not used:
        reason = "left out: the analysis holds no probabilities"
    return Contribution(image.analysis_id, used, reason, _log_odds(image) if used else None)
