"""The page between typing an opinion and committing it: what can never be taken back is read over first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from diagnosis.choices import ReadingKind
from diagnosis.errors import DiagnosisError, HeldByAnother, Invalid, StalePage
from diagnosis.models import User
from diagnosis.selectors import readings, to_ask
from diagnosis.services import reviews
from diagnosis.services.report_specialist import specialist_part
from diagnosis.web.access import PersonRequest, signed_in
from diagnosis.web.own_opinion import own_opinion, refusal_now

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from diagnosis.models import Review

ASK_A_COLLEAGUE = "ask-a-colleague"


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def commit(request: PersonRequest, review_id: UUID) -> HttpResponse:
    """Say in words what would be committed; commit it when it is still what the draft holds."""
    case, opinion = own_opinion(request, review_id)
    if opinion and reviews.is_stored(opinion) and request.method == "POST":
        messages.info(request, _("Your opinion was committed already, as it stands here."))
    if opinion is None or reviews.is_stored(opinion):
        return redirect("review", case.pk)
    then = request.POST.get("then") or request.GET.get("then", "")
    asks_colleague = then == ASK_A_COLLEAGUE
    if not is_committed_first(opinion, asks_colleague=asks_colleague):
        return redirect("sign", opinion.pk)
    seen = opinion.reviewed_at.isoformat()
    refusal = None
    if request.method == "POST":
        try:
            if request.POST.get("seen") != seen:
                raise StalePage
            return _committed(request, opinion, asks_colleague=asks_colleague)
        except DiagnosisError as error:
            refusal = error
    standing_refusal = refusal_now(request, opinion)
    page = {
        "case": case,
        "opinion": opinion,
        "said": specialist_part(opinion),
        "asks_colleague": asks_colleague,
        "then": then,
        "to_ask": to_ask(case, by=request.user) if asks_colleague else [],
        "asked_of": request.POST.get("asked_of", ""),
        "seen": seen,
        "refusal": refusal or standing_refusal,
        "may_commit": standing_refusal is None,
        "is_elsewhere": isinstance(standing_refusal, HeldByAnother),
    }
    return render(request, "review/commit.html", page)


def is_committed_first(opinion: Review, *, asks_colleague: bool) -> bool:
    """Whether the opinion is committed before it is signed, if it is signed at all."""
    return opinion.is_blind or asks_colleague or opinion.kind == ReadingKind.SECOND


def waits_for(kind: ReadingKind) -> str:
    """Say what happens to a case whose opinion is kept unsigned."""
    if kind == ReadingKind.ADJUDICATION:
        return _("Your opinion is kept. It differs from the first one, so a third specialist reads both and signs.")
    return _("Your opinion is kept. Before this case is signed, a second specialist reads it without seeing yours.")


def _committed(request: PersonRequest, opinion: Review, *, asks_colleague: bool) -> HttpResponse:
    name = request.POST.get("asked_of", "") if asks_colleague else ""
    asked_of = User.objects.filter(username=name).first() if name else None
    if name and asked_of is None:
        raise Invalid(_("There is nobody of this name any more. Choose another colleague, or any specialist."))
    reviews.commit(review=opinion, by=request.user, asks_colleague=asks_colleague, asked_of=asked_of)
    standing = readings.standing(opinion.case, request.user)
    if standing.reading:
        messages.success(request, _("Your opinion is committed. Compare it with the machine's part, then sign."))
        return redirect("review", opinion.case_id)
    messages.success(request, waits_for(standing.waits_for))
    return redirect("worklist")
