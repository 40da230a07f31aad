from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404

from diagnosis import selectors
from diagnosis.models import User

if TYPE_CHECKING:
    from uuid import UUID

    from rest_framework.request import Request

    from diagnosis.selectors import CaseWithState


def signed_in(request: Request) -> User:
    """Return who asks; the API's views are only reached by signed-in users."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker what the permission classes ensure
    return request.user


def case_of(request: Request, case_id: UUID) -> CaseWithState:
    """Return the case if it is one of the asking user's, with its state."""
    return get_object_or_404(selectors.cases(signed_in(request)), pk=case_id)
