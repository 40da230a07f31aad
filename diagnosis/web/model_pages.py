"""The trained networks for those who answer for them: which there are, which answer now, what each card says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from markdown_it import MarkdownIt

from diagnosis import artefacts, selectors
from diagnosis.errors import NotAllowed
from diagnosis.permissions import Permission, clinics_where
from diagnosis.web.access import PersonRequest, signed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.renderer import RendererHTML
    from markdown_it.token import Token

    from diagnosis.models import Clinic


def answering_for(request: PersonRequest) -> list[Clinic]:
    """Return the clinics that the person answers for, or refuse."""
    clinics = clinics_where(request.user, Permission.READ_FIGURES)
    if not clinics:
        raise NotAllowed
    return clinics


def named_or_404(sha256: str) -> str:
    """Return what a network is called that is installed here, or has answered here."""
    artefact = artefacts.find(sha256)
    name = artefact.name if artefact else selectors.name_of(sha256)
    if not name:
        raise Http404
    return name


@signed_in
@never_cache
@require_GET
def models(request: PersonRequest) -> HttpResponse:
    """Show every network that is installed here or has answered here."""
    answering_for(request)
    installed = artefacts.installed()
    known = {artefact.sha256 for artefact in installed}
    earlier = [model for model in selectors.models_used() if model not in known]
    context = {
        "artefacts": _facts(installed),
        "earlier": [(model, selectors.name_of(model)) for model in earlier],
    }
    return render(request, "models/models.html", context)


@signed_in
@never_cache
@require_GET
def model(request: PersonRequest, sha256: str) -> HttpResponse:
    """Show one network: whether it answers now, what was measured of it, and its card."""
    answering_for(request)
    artefact = artefacts.find(sha256)
    context: dict[str, Any] = {
        "name": named_or_404(sha256),
        "sha256": sha256,
        "may_run_shadow": bool(clinics_where(request.user, Permission.RUN_SHADOW)),
    }
    if artefact:
        context |= {**_facts([artefact])[0], "card": _rendered(artefact.card)}
    return render(request, "models/model.html", context)


@signed_in
@require_GET
def plot(request: PersonRequest, sha256: str, name: str) -> HttpResponse:
    """Send a plot of the card."""
    answering_for(request)
    artefact = artefacts.find(sha256)
    content = artefact.plot(name) if artefact else None
    if content is None:
        raise Http404
    return HttpResponse(content, content_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


def _facts(installed: list[artefacts.Artefact]) -> list[dict[str, Any]]:
    answering = selectors.models_answering()
    active, shadow = artefacts.named(settings.ARTEFACT), artefacts.named(settings.SHADOW_ARTEFACT)
    return [
        {
            "artefact": artefact,
            "figures": artefact.figures,
            "answered_at": answering.get(artefact.sha256),
            "is_active": artefact == active,
            "is_shadow": artefact == shadow,
        }
        for artefact in installed
    ]


def _rendered(card: str) -> SafeString:
    """Return the card as HTML: no HTML of its own, one heading less, and wide tables that scroll by themselves."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    tokens = markdown.parse(card)
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    rendered: str = markdown.renderer.render(tokens, markdown.options, {})
    return SafeString(rendered)  # the renderer escapes whatever HTML the card holds


def _table_open(_self: RendererHTML, _tokens: Sequence[Token], _index: int, _options: Any, _env: Any) -> str:
    return '<div class="wide-table" tabindex="0"><table>\n'


def _table_close(_self: RendererHTML, _tokens: Sequence[Token], _index: int, _options: Any, _env: Any) -> str:
    return "</table></div>\n"
