"""A report on the page: the same sheet as on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from diagnosis.rendering.printed import check_of
from diagnosis.rendering.sheet import sheet
from diagnosis.services.seal import in_groups

if TYPE_CHECKING:
    from diagnosis.models import SignedReport

register = template.Library()
register.filter("in_groups", in_groups)


@register.simple_tag
def sheet_of(content: dict[str, Any], signed: SignedReport | None = None) -> dict[str, Any]:
    """Lay a report's content out; a signed one with its code."""
    return sheet(content, check=check_of(signed or None))
