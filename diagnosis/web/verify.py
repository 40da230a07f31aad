"""Checking a signed report by its code. Open to anybody who holds a printed report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from diagnosis.services import seal, verification
from diagnosis.services.passwords import address_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

NOT_FOUND, TOO_MANY = 404, 429
LONGEST_TYPED = 40


@never_cache
@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code; one that was typed leads to its own page."""
    typed = request.GET.get("code", "").strip()[:LONGEST_TYPED]
    if not typed:
        return _page(request)
    code = seal.code_as_typed(typed)
    return redirect("verify-code", code) if code else _mistyped(request, typed)


@never_cache
@require_GET
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether the report of this code is intact, and what is needed to tell that it is the one on paper."""
    known = seal.code_as_typed(code)
    if not known:
        return _mistyped(request, code[:LONGEST_TYPED])
    if not verification.may_look_up(address_of(request)):
        return _page(
            request,
            typed=code,
            refusal=_("Too many codes were looked up from here. Wait a minute, then try again."),
            status=TOO_MANY,
        )
    found = verification.look_up(known)
    if found is None:
        sentence = _("No report has this code. Compare it with the paper; if it is the same, ask the clinic.")
        return _page(request, typed=seal.in_groups(known), refusal=sentence, status=NOT_FOUND)
    return render(request, "verify/page.html", {"found": found, "typed": seal.in_groups(known)})


def _mistyped(request: HttpRequest, typed: str) -> HttpResponse:
    sentence = _("This cannot be a code: a character is wrong or missing. Compare the twelve with the paper.")
    return _page(request, typed=typed, refusal=sentence, status=NOT_FOUND)


def _page(request: HttpRequest, *, typed: str = "", refusal: str = "", status: int = 200) -> HttpResponse:
    return render(request, "verify/page.html", {"typed": typed, "refusal": refusal}, status=status)
