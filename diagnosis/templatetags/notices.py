"""What templates ask for about critical cases: the banner of every page, a case's notice, and its timeline."""

from __future__ import annotations

from typing import Any

from django import template

from diagnosis import selectors
from diagnosis.models import Case
from diagnosis.web.notices import banner_of

register = template.Library()


@register.inclusion_tag("notices/_head.html", takes_context=True)
def critical_banner(context: template.Context) -> dict[str, Any]:
    """Show on every page what the person was told of and nobody acknowledged, and look for more."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return {}
    case = context.get("case")
    on = str(case.pk) if isinstance(case, Case) else ""
    return {**banner_of(request, on=on), "is_signed_in": True, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("notices/_notice.html", takes_context=True)
def critical_notice(context: template.Context, case: Case) -> dict[str, Any]:
    """Show how far the notice of a case is, with the button that acknowledges it; nothing when there is none."""
    user = context["request"].user
    return {
        "progress": selectors.progress_of_case(case),
        "case": case,
        "may_act": selectors.may_answer(user, case),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("notices/_timeline.html", takes_context=True)
def timeline(context: template.Context, case: Case) -> dict[str, Any]:
    """Tell what happened to a case."""
    return {"happened": selectors.timeline(case, context["request"].user), "case": case}
