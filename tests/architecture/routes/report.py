"""The report."""

from tests.architecture.routes.row import MEMBERS_PAGE, Route

ROUTES = [
    Route("report", "GET", MEMBERS_PAGE),
    Route("report-pdf", "GET", MEMBERS_PAGE),
    Route("signed-report", "GET", MEMBERS_PAGE, case="signed"),
    Route("signed-report-pdf", "GET", MEMBERS_PAGE, case="signed"),
]
