"""What the microscope's template asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import format_html

from diagnosis.choices import TallyKind
from diagnosis.rendering.tiles import Pyramid
from diagnosis.services.pictures import has_tiles

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from diagnosis.models import Smear

register = template.Library()


@register.simple_tag
def tiles(smear: Smear) -> SafeString | str:
    """Say where a large smear's tiles are and how many levels they have; a small one is fetched whole."""
    if not has_tiles(smear):
        return ""
    first = reverse("smear-tile", args=[smear.pk, 0, 0, 0])
    return format_html('data-tiles="{}" data-level="{}"', first, Pyramid(smear.width, smear.height).highest)


@register.simple_tag
def first_look(smear: Smear) -> str:
    """Return where the browser gets the smear soonest: a large one's overview, a small one itself."""
    if has_tiles(smear):
        return reverse("smear-tile", args=[smear.pk, 0, 0, 0])
    return reverse("smear-image", args=[smear.pk])


@register.simple_tag
def tally_kinds() -> list[tuple[int, str, str]]:
    """Return the kinds of cell that the tally counts: the key, the name that is stored, and what people read."""
    return [(key, kind.value, str(kind.label)) for key, kind in enumerate(TallyKind, start=1)]
