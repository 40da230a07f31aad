from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.negotiation import BaseContentNegotiation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rest_framework.parsers import BaseParser
    from rest_framework.renderers import BaseRenderer
    from rest_framework.request import Request


class OneForm(BaseContentNegotiation):
    """For addresses whose content has one form only: what else a client accepts does not matter."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:  # noqa: ARG002 - DRF's interface
        """Return the first parser."""
        return next(iter(parsers), None)

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002 - DRF's interface
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002 - DRF's interface
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer, which only ever writes refusals."""
        first = next(iter(renderers))
        return first, first.media_type
