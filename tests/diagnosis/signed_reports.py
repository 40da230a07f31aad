"""Reports signed as people sign them."""

from typing import Any

from diagnosis.choices import Decision, Finding
from diagnosis.models import Case, SignedReport, User
from diagnosis.services import reviews
from tests import factories


def sign(case: Case, *, by: User | None = None, amendment_reason: str = "", **facts: Any) -> SignedReport:
    """Sign an opinion on the case that corrects the machine."""
    case.refresh_from_db()
    by = by or factories.specialist(case.clinic)
    opinion = {
        "decision": Decision.CORRECT,
        "finding": Finding.BLASTS_SUSPECTED,
        "reasons": "Seen by eye.",
        "seen_stage_report": case.current_stage_report_id,
        **facts,
    }
    review = reviews.decide(case=case, by=by, **opinion)
    _, seen = reviews.preview(review)
    signed = reviews.sign_off(
        review=review, by=by, password=factories.PASSWORD, seen=seen, amendment_reason=amendment_reason
    )
    assert isinstance(signed, SignedReport)
    return signed
