"""Who gets what: every route of the product and every role stand in this one table, with a file for each part of it.

To add a route, add a row to its part: its name, its method, the status for each role in the order of ROLES, what is
sent, and the case that it is about. A route without a row fails a test. Ids in the address come from the world.
"""

from tests.architecture.routes import answering, api, critical, deciding, reading, report, shell, submitting, worklist
from tests.architecture.routes.row import Route

PARTS = (shell, api, submitting, worklist, reading, deciding, critical, report, answering)
ROUTES: list[Route] = [row for part in PARTS for row in part.ROUTES]
