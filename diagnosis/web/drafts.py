"""Where the opinion form saves itself while it is typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from diagnosis.errors import DiagnosisError, Invalid
from diagnosis.models import Case
from diagnosis.services import drafts, holding
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.opinion_form import count_said
from diagnosis.web.refusals import status_of

if TYPE_CHECKING:
    from django.http import HttpResponse


@signed_in
@never_cache
@require_http_methods(["PUT"])
def draft(request: PersonRequest, case_id: UUID) -> HttpResponse:
    """Keep what is typed; 409 when another tab saved meanwhile. The case stays with who types."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("clinic", "held_by"), pk=case_id)
    try:
        saved = drafts.save(case=case, by=request.user, **_sent(request))
    except DiagnosisError as error:
        return JsonResponse({"code": error.code, "sentence": str(error.sentence)}, status=status_of(error))
    holding.renew(case=case, by=request.user)
    elsewhere = holding.held_elsewhere(case=case, by=request.user)
    count = count_said(saved.fields.get("tally"), saved.fields.get("blast_percentage"), case)
    return JsonResponse({"revision": saved.revision, "blast_count": count, "held_elsewhere": elsewhere})


def _sent(request: PersonRequest) -> dict[str, Any]:
    try:
        sent = json.loads(request.body)
        seen = sent["seen_stage_report"]
        fields = {str(name): str(words) for name, words in sent["fields"].items()}
        return {
            "fields": fields,
            "revision": int(sent["revision"]),
            "sending": drafts.Sending(str(sent.get("page", "")), int(sent.get("sending", 0))),
            "seen_stage_report": UUID(seen) if seen else None,
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Invalid from error
