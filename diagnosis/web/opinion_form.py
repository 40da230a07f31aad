"""The form in which a specialist gives an opinion. What was typed survives every refusal, reload and sign-out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from diagnosis.choices import Decision, Finding, Subtype
from diagnosis.services import blast_count

if TYPE_CHECKING:
    from diagnosis.models import Case, Draft, Review

LONGEST_WORDS = 4000
MOST_COUNTED = 100_000


class OpinionForm(forms.Form):
    """The specialist's opinion."""

    decision = forms.ChoiceField(choices=Decision, widget=forms.RadioSelect)
    finding = forms.ChoiceField(choices=Finding, widget=forms.RadioSelect)
    pattern_class = forms.ChoiceField(choices=[("", "—"), *Subtype.choices], required=False)
    blast_percentage = forms.DecimalField(min_value=0, max_value=100, max_digits=4, decimal_places=1, required=False)
    reasons = forms.CharField(max_length=LONGEST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    comment = forms.CharField(max_length=LONGEST_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    tally = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)
    seen_stage_report = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, is_blind: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who reads blind has no machine's part to agree with or to correct.
        self.fields["decision"].required = not is_blind

    def clean_tally(self) -> dict[str, int] | None:
        """Return the cells counted by kind, as the tally counter wrote them."""
        try:
            return _counted(self.cleaned_data["tally"])
        except ValueError as error:
            refusal = _("The tally cannot be read. Count again, or leave it out.")
            raise forms.ValidationError(refusal) from error


def count_said(tally: str | None, percentage: object, case: Case) -> str:
    """Say what the blast count that stands in the form is worth; nothing while it cannot be read."""
    try:
        counted = _counted(tally or "")
    except ValueError:
        return ""
    return blast_count.said(counted, percentage, case.specimen)


def _counted(typed: str) -> dict[str, int] | None:
    """Return the cells counted by kind; raise ValueError when the words are no tally."""
    if not typed:
        return None
    counted = json.loads(typed)
    if not isinstance(counted, dict) or not all(
        isinstance(kind, str) and type(count) is int and 0 <= count <= MOST_COUNTED for kind, count in counted.items()
    ):
        raise ValueError(typed)
    return counted


def form_of_draft(draft: Draft, *, is_blind: bool) -> OpinionForm:
    """Return the form as it would have been sent with what the draft holds."""
    return OpinionForm({**draft.fields, "seen_stage_report": draft.stage_report_id}, is_blind=is_blind)


def initial_of(draft: Draft | None, review: Review | None) -> dict[str, Any]:
    """Return what the form shows when it is opened: the draft, else the reader's own committed opinion."""
    if draft:
        return dict(draft.fields)
    if review is None:
        return {}
    return {
        "decision": review.decision,
        "finding": review.finding,
        "pattern_class": review.pattern_class,
        "blast_percentage": review.blast_percentage,
        "reasons": review.reasons,
        "comment": review.comment,
        "tally": json.dumps(review.tally) if review.tally else "",
    }
