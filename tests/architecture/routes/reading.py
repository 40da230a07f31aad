"""What the viewer draws from."""

from tests.architecture.routes.row import MEMBERS_PAGE, SPECIALISTS_PAGE, Route

ROUTES = [
    Route("smear-image", "GET", MEMBERS_PAGE),
    Route("smear-thumbnail", "GET", MEMBERS_PAGE),
    # The one smear there is small, so it has no tiles.
    Route("smear-tile", "GET", (404, 404, 404, 404, 404, 302)),
    Route("case-marks", "GET", SPECIALISTS_PAGE),
    # Nothing names a cell: who may mark is told so.
    Route("mark", "POST", (403, 400, 403, 403, 404, 200)),
    Route("run-again", "POST", (403, 302, 302, 403, 404, 200)),
    Route("analysis-cells", "GET", MEMBERS_PAGE),
    Route("cell-sheet", "GET", MEMBERS_PAGE),
    Route("analysis-activation", "GET", MEMBERS_PAGE),
]
