from __future__ import annotations

from typing import Any, NoReturn

from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from diagnosis.errors import NotFound


class NowhereView(APIView):
    """An address that does not exist."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    schema = None

    def initial(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse every method alike."""
        raise NotFound("The API has no such address. Addresses end with a slash; /api/v1/docs/ shows them all.")
