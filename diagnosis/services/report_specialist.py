"""What people add to a report's content: the opinion, the other readings, and how a critical result was passed on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from diagnosis.choices import MarkKind, NoticeEventKind, ReadingKind
from diagnosis.models import CellMark, NoticeEvent

if TYPE_CHECKING:
    from diagnosis.models import Case, Review

_ORDER = [ReadingKind.FIRST, ReadingKind.SECOND, ReadingKind.ADJUDICATION]
# What a report tells of a critical notice: that it was raised, and what people did.
_TOLD = (NoticeEventKind.RAISED, NoticeEventKind.ACKNOWLEDGED, NoticeEventKind.CALLED)


def specialist_part(review: Review) -> dict[str, Any]:
    """Return a reader's opinion."""
    return {
        **_reading(review),
        "review": str(review.pk),
        "decision": review.get_decision_display(),
        "decision_code": review.decision,
        "reasons": review.reasons,
        "comment": review.comment,
        "tally": review.tally,
        "marks": _marks(review),
    }


def readings(review: Review) -> list[dict[str, Any]]:
    """Return every reading that the report rests on, this one included; none where there was but this one.

    A second reader who has not committed an opinion yet gets none: that reading is blind to the first.
    """
    if review.kind == ReadingKind.SECOND and review._state.adding:  # noqa: SLF001 - Django's way to ask what is stored
        return []
    last_signed_at = review.case.signed_reports.exclude(review=review.pk).order_by("-version").values("signed_at")[:1]
    others = review.case.reviews.exclude(pk=review.pk).select_related("reviewer").order_by("reviewed_at", "pk")
    if last_signed_at:
        others = others.filter(reviewed_at__gt=last_signed_at[0]["signed_at"])
    newest = {other.kind: other for other in others} | {review.kind: review}
    if len(newest) == 1:
        return []
    return [_reading(newest[kind]) for kind in _ORDER if kind in newest]


def critical_steps(case: Case) -> list[dict[str, Any]]:
    """Return how the notice of a critical case was raised, acknowledged and passed on by telephone."""
    events = NoticeEvent.objects.filter(notice__case=case, kind__in=_TOLD).select_related("by").order_by("at", "id")
    return [
        {
            "kind": event.get_kind_display(),
            "kind_code": event.kind,
            "happened_at": event.at.isoformat(),
            "name": event.by.signature_name if event.by else "",
            "spoken_to": event.spoken_to,
            "read_back": event.read_back,
        }
        for event in events
    ]


def _reading(review: Review) -> dict[str, Any]:
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
        "blast_percentage": str(review.blast_percentage) if review.blast_percentage is not None else None,
    }


def _marks(review: Review) -> list[dict[str, Any]]:
    """Count the reader's own marks, as they stand, and how many of them are on cells that the machine missed."""
    standing = (
        CellMark.objects.filter(smear__case=review.case_id, by=review.reviewer_id)
        .order_by("mark", "-marked_at", "-id")
        .distinct("mark")
        .values_list("kind", "cell_id")
    )
    counts, missed = Counter[str](), Counter[str]()
    for kind, cell in standing:
        counts[kind] += 1
        missed[kind] += cell is None
    return [
        {"kind": str(kind.label), "kind_code": kind.value, "count": counts[kind], "missed": missed[kind]}
        for kind in MarkKind
        if kind != MarkKind.NONE and counts[kind]
    ]
