"""What the microscope's template asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from diagnosis.rendering.tiles import Pyramid
from diagnosis.services.pictures import has_tiles

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise
    from django.utils.safestring import SafeString

    from diagnosis.models import Smear

register = template.Library()

# The kinds of cell that the tally counts, by key.
TALLY: dict[str, _StrPromise] = {
    "blast": _("Blast"),
    "lymphocyte": _("Lymphocyte, hematogone"),
    "neutrophil": _("Neutrophil"),
    "monocyte": _("Monocyte"),
    "eosinophil": _("Eosinophil"),
    "basophil": _("Basophil"),
    "erythroblast": _("Erythroblast"),
    "other": _("Other"),
}


@register.simple_tag
def tiles(smear: Smear) -> SafeString | str:
    """Say where a large smear's tiles are and how many levels they have; a small one is fetched whole."""
    if not has_tiles(smear):
        return ""
    first = reverse("smear-tile", args=[smear.pk, 0, 0, 0])
    return format_html('data-tiles="{}" data-level="{}"', first, Pyramid(smear.width, smear.height).highest)


@register.simple_tag
def tally_kinds() -> list[tuple[int, str, _StrPromise]]:
    """Return the kinds of cell that the tally counts: the key, the name that is stored, and what people read."""
    return [(key, kind, words) for key, (kind, words) in enumerate(TALLY.items(), start=1)]
