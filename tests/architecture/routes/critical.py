"""Critical notices."""

from typing import Any

from tests.architecture.routes.row import MEMBERS_PAGE, PAGE, Route
from tests.architecture.routes.world import World


def call(_: World) -> dict[str, Any]:
    return {"spoken_to": "Dr Ward", "read_back": "yes"}


ROUTES = [
    Route("notices", "GET", PAGE),
    Route("notices-banner", "GET", (204, 200, 204, 204, 204, 401), case="critical"),
    Route("notice", "GET", MEMBERS_PAGE, case="critical"),
    Route("notice", "POST", (403, 302, 403, 403, 404, 200), call, case="critical"),
    Route("acknowledge", "POST", (403, 302, 403, 403, 404, 200), case="critical"),
]
