"""The action that runs analyses again, on smears or on whole cases."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import ngettext

from diagnosis.errors import DiagnosisError
from diagnosis.services import analyses

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.http import HttpRequest

    from diagnosis.models import Smear, User

# A message that names more than these would hide the next one.
NAMED = 5


def run_again(page: ModelAdmin[Any], request: HttpRequest, smears: list[Smear], by: User) -> None:
    """Queue a new analysis of each smear, and say how many were refused and why."""
    queued = 0
    refused: dict[str, list[str]] = defaultdict(list)
    for smear in smears:
        try:
            analyses.run_again(smear=smear, by=by, at=timezone.now())
            queued += 1
        except DiagnosisError as error:
            refused[error.sentence].append(str(smear))
    if queued:
        done = ngettext("%d analysis is queued again.", "%d analyses are queued again.", queued) % queued
        page.message_user(request, done, messages.SUCCESS)
    for sentence, names in refused.items():
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        page.message_user(request, f"{', '.join(names[:NAMED])}{more}: {sentence}", messages.ERROR)
    if not smears:
        page.message_user(request, "There is no smear among these, so nothing was queued.", messages.WARNING)
