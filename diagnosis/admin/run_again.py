"""The action that runs analyses again, on smears or on whole cases."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from diagnosis.errors import DiagnosisError
from diagnosis.services import analyses

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
    from django.db.models import QuerySet
    from django.http import HttpRequest

    from diagnosis.models import Smear, User

# A message that names more than these would hide the next one.
NAMED = 5


def run_again(
    page: ModelAdmin[Any], request: HttpRequest, smears: QuerySet[Smear], by: User
) -> TemplateResponse | None:
    """Ask first; then queue a new analysis of each smear, and say how many were refused and why."""
    if "is_meant" not in request.POST:
        context = {
            **page.admin_site.each_context(request),
            "title": _("Run analyses again"),
            "opts": page.opts,
            "smears": smears.count(),
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        }
        return TemplateResponse(request, "admin/run_again.html", context)
    _queue(page, request, list(smears.select_related("case__clinic").order_by("case", "number")), by)
    return None


def _queue(page: ModelAdmin[Any], request: HttpRequest, smears: list[Smear], by: User) -> None:
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
        named = ", ".join(names[:NAMED])
        if len(names) > NAMED:
            named = _("%(names)s and %(count)s more") % {"names": named, "count": len(names) - NAMED}
        page.message_user(request, f"{named}: {sentence}", messages.ERROR)
    if not smears:
        page.message_user(request, _("There is no smear among these, so nothing was queued."), messages.WARNING)
