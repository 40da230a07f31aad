"""What a row of the table holds, and the answers that many rows share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests import factories
from tests.architecture.routes.world import World

ROLES = ("submitter", "specialist", "administrator", "service_account", "outsider", "anonymous")


def nothing(_: World) -> dict[str, Any]:
    """Send nothing."""
    return {}


def credentials(world: World) -> dict[str, Any]:
    """Send what the submitting doctor signs in with."""
    return {"username": world.people["submitter"].username, "password": factories.PASSWORD}


@dataclass(frozen=True)
class Route:
    """A row of the table."""

    name: str
    method: str
    answers: tuple[int, ...]
    sends: Callable[[World], dict[str, Any]] = nothing
    case: str = field(default="open", kw_only=True)
    accepts: str = field(default="*/*", kw_only=True)

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


ANYBODY = (200,) * 6
SIGNED_IN = (200, 200, 200, 200, 200, 401)
MEMBERS = (200, 200, 200, 200, 404, 401)
# What is the submitting doctor's own.
OWN = (200, 404, 404, 404, 404, 401)
# The same in the portal, which leads to the sign-in page.
PAGE = (200, 200, 200, 200, 200, 302)
MEMBERS_PAGE = (200, 200, 200, 200, 404, 302)
SPECIALISTS_PAGE = (403, 200, 403, 403, 404, 302)
