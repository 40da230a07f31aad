"""What the portal's templates ask for: the navigation, icons, and times in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from diagnosis.machine_words import said
from diagnosis.web import navigation as pages
from diagnosis.web import times

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.safestring import SafeString

    from diagnosis.models import Case, Clinic

register = template.Library()
# Icons that point along the line, and so the other way where lines run from right to left.
DIRECTED = frozenset({"forward"})
register.filter("said", said)


@register.inclusion_tag("partials/navigation.html", takes_context=True)
def navigation(context: template.Context) -> dict[str, Any]:
    """Show the pages that the person's roles open."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return {"user": None}
    return {"user": user, "pages": pages.pages_for(user, at=request.path), "csrf_token": context.get("csrf_token")}


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw one of the icons in icons.svg; a sentence beside it always says the same."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        " is-directed" if name in DIRECTED else "",
        static("telediag/icons.svg"),
        name,
    )


@register.simple_tag
def case_name(case: Case | None, *, is_plain: object) -> SafeString | str:
    """Name a case by its accession number, and lead to its page unless it is to stand there plain."""
    if case is None:
        return ""
    name = format_html("<bdi>{}</bdi>", case.accession)
    return name if is_plain else format_html('<a href="{}">{}</a>', reverse("case", args=[case.pk]), name)


@register.simple_tag
def max_upload_bytes() -> int:
    """Say how many bytes an image may have, so that a larger one is refused before it is sent."""
    return int(settings.MAX_UPLOAD_BYTES)


@register.filter
def due_words(due_at: datetime) -> str:
    """Say how far away a due time is: "in 1 h 20", "overdue 35 min"."""
    return times.due_in_words(due_at, now=timezone.now())


@register.filter
def at_clinic(moment: datetime, clinic: Clinic) -> str:
    """Say a time as the clinic's clock shows it, with the date where that is not today."""
    return times.on_the_clock(moment, clinic.time_zone, now=timezone.now())
