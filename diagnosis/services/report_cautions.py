"""What a finding does not say, and whose word counts: sentences that stand under it, frozen with the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from diagnosis.choices import Decision, Finding, Subtype

if TYPE_CHECKING:
    from diagnosis.models import Review

NOT_EXCLUDED = _("Leukaemia is not excluded.")
BENIGN = _("“Benign” means hematogone-rich samples from one marrow laboratory.")
# Whoever agrees that the images do not suffice may still see no blasts under a raised flag.
FLAG_DIFFERS = _(
    "The machine suspects blast-like cells and the specialist saw no blasts. The specialist's opinion counts."
)
DIFFERS = _("The specialist's opinion differs from the machine's part. The specialist's opinion counts.")


def cautions(review: Review) -> list[str]:
    """Return what must be read together with a finding, whatever the machine said."""
    said = []
    if review.finding != Finding.BLASTS_SUSPECTED:
        said.append(NOT_EXCLUDED)
    if review.pattern_class == Subtype.BENIGN:
        said.append(BENIGN)
    report = review.stage_report
    if report and report.is_flagged and review.finding == Finding.NO_BLASTS_SEEN:
        said.append(FLAG_DIFFERS)
    elif report and review.decision != Decision.AGREE:
        said.append(DIFFERS)
    return [gettext(sentence) for sentence in said]
