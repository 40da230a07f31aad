"""The report."""

from tests.architecture.routes.row import ANYBODY, MEMBERS_PAGE, Route

ROUTES = [
    Route("report", "GET", MEMBERS_PAGE),
    Route("report-pdf", "GET", MEMBERS_PAGE),
    Route("signed-report", "GET", MEMBERS_PAGE, case="signed"),
    Route("signed-report-pdf", "GET", MEMBERS_PAGE, case="signed"),
    Route("cell-picture", "GET", MEMBERS_PAGE),
    Route("verify", "GET", ANYBODY),
    Route("verify-code", "GET", ANYBODY, case="signed"),
]
