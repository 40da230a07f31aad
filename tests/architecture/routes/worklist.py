"""Lists of cases."""

from tests.architecture.routes.row import PAGE, Route

ROUTES = [
    Route("worklist", "GET", PAGE),
    Route("cases", "GET", PAGE),
]
