"""Lists of cases."""

from typing import Any

from tests.architecture.routes.row import PAGE, Route
from tests.architecture.routes.world import World

SPECIALISTS_ACT = (403, 302, 403, 403, 404, 200)


def view(_: World) -> dict[str, Any]:
    return {"list": "worklist", "name": "Mine", "query": "is_critical=true"}


ROUTES = [
    Route("worklist", "GET", PAGE),
    Route("cases", "GET", PAGE),
    Route("hold", "POST", SPECIALISTS_ACT),
    Route("release", "POST", SPECIALISTS_ACT),
    Route("take-over", "GET", (403, 302, 403, 403, 404, 302)),
    Route("take-over", "POST", SPECIALISTS_ACT),
    Route("save-view", "POST", (302, 302, 302, 302, 302, 200), view),
    Route("delete-view", "POST", (404, 404, 404, 404, 404, 200)),
]
