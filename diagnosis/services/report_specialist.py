"""What readers add to a report's content: the opinion and the other readings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from diagnosis.choices import MarkKind, ReadingKind, TallyKind
from diagnosis.selectors.cells import own_marks
from diagnosis.services import blast_count
from diagnosis.services.report_cautions import cautions

if TYPE_CHECKING:
    from diagnosis.models import Review, SignedReport

_ORDER = [ReadingKind.FIRST, ReadingKind.SECOND, ReadingKind.ADJUDICATION]


def specialist_part(review: Review) -> dict[str, Any]:
    """Return a reader's opinion."""
    return {
        **reading(review),
        "review": str(review.pk),
        "decision": review.get_decision_display(),
        "decision_code": review.decision,
        "cautions": cautions(review),
        "reasons": review.reasons,
        "comment": review.comment,
        "tally": _tally(review),
        "marks": _marks(review),
    }


def readings(review: Review) -> list[dict[str, Any]]:
    """Return every reading that the report rests on, this one included; none where there was but this one.

    An amendment is not read twice: it rests on the readings of the first version, and they stay in the report. A
    second reader who has not committed an opinion yet gets none: that reading is blind to the first.
    """
    if review.kind == ReadingKind.SECOND and review._state.adding:  # noqa: SLF001 - Django's way to ask what is stored
        return []
    first = _first_version(review)
    signed = first.review if first else review
    others = review.case.reviews.exclude(pk__in=(signed.pk, review.pk)).select_related("reviewer", "case")
    if first:
        others = others.filter(reviewed_at__lte=first.signed_at)
    newest = {other.kind: other for other in others.order_by("reviewed_at", "pk")} | {signed.kind: signed}
    if len(newest) == 1:
        return []
    return [reading(newest[kind]) for kind in _ORDER if kind in newest]


def readings_of(review: Review) -> int | None:
    """Return the version to which the readings led; nothing where it is the version that the review makes."""
    first = _first_version(review)
    return first.version if first else None


def reading(review: Review) -> dict[str, Any]:
    """Return who found what, and when."""
    return {
        "kind": review.get_kind_display(),
        "kind_code": review.kind,
        "is_blind": review.is_blind,
        "name": review.reviewer.signature_name,
        "reviewed_at": review.reviewed_at.isoformat(),
        "finding": review.get_finding_display(),
        "finding_code": review.finding,
        "pattern": review.get_pattern_class_display(),
        "pattern_code": review.pattern_class,
        "blast_percentage": f"{review.blast_percentage:.1f}" if review.blast_percentage is not None else None,
        "blast_count": blast_count.said_of(review),
    }


def _first_version(review: Review) -> SignedReport | None:
    """Return the signed version that every later one amends; nothing while the review would be, or is, that one."""
    first = review.case.signed_reports.select_related("review__reviewer", "review__case").order_by("version").first()
    return first if first and first.review_id != review.pk else None


def _tally(review: Review) -> list[dict[str, Any]]:
    """Return the cells that were counted, kind by kind."""
    counted = review.tally or {}
    return [
        {"kind": str(kind.label), "kind_code": kind.value, "count": counted[kind]}
        for kind in TallyKind
        if counted.get(kind)
    ]


def _marks(review: Review) -> list[dict[str, Any]]:
    """Count the reader's own marks, as they stand, and how many of them are on cells that the machine missed."""
    counts, missed = Counter[str](), Counter[str]()
    for mark in own_marks(review.case, by=review.reviewer):
        counts[mark.kind] += 1
        missed[mark.kind] += mark.cell_id is None
    return [
        {"kind": str(kind.label), "kind_code": kind.value, "count": counts[kind], "missed": missed[kind]}
        for kind in MarkKind
        if counts[kind]
    ]
