"""An opinion on an analysed case, and the signature under it."""

from typing import Any

from diagnosis.choices import Decision, Finding
from diagnosis.models import Case, ReadingRequest, Review, SignedReport, User
from diagnosis.services import reviews
from tests import factories


def decide(case: Case, by: User, decision: str = Decision.AGREE, **facts: Any) -> Review:
    return reviews.decide(
        case=case,
        by=by,
        **{
            "decision": decision,
            "finding": Finding.NO_BLASTS_SEEN,
            "seen_stage_report": case.current_stage_report_id,
            **facts,
        },
    )


def sign(review: Review, by: User, **facts: Any) -> SignedReport | ReadingRequest:
    _, seen = reviews.preview(review)
    return reviews.sign_off(review=review, by=by, **{"password": factories.PASSWORD, "seen": seen, **facts})
