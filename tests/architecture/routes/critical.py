"""Critical notices."""

from tests.architecture.routes.row import Route

ROUTES: list[Route] = []
