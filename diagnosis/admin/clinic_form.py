from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# What is never shorter than what, and what to do where it is.
ORDER = (
    (
        "critical_target",
        "urgent_target",
        _("An urgent case is never due before a critical one. Give it at least as many minutes."),
    ),
    (
        "urgent_target",
        "routine_target",
        _("A routine case is never due before an urgent one. Give it at least as many minutes."),
    ),
    (
        "notice_target",
        "acknowledge_target",
        _("Nobody can acknowledge before being told. Give at least as many minutes as there are to tell."),
    ),
)


class ClinicForm(forms.ModelForm):  # type: ignore[type-arg] # the class takes none at run time
    """A clinic's rules, each of which can hold beside the others."""

    def clean(self) -> dict[str, Any]:
        """Refuse targets in an order in which they cannot be met."""
        facts = super().clean() or {}
        for sooner, later, sentence in ORDER:
            if facts.get(sooner) and facts.get(later) and facts[later] < facts[sooner]:
                self.add_error(later, sentence)
        return facts
