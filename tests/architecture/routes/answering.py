"""Figures and models."""

from tests.architecture.routes.row import Route

ROUTES: list[Route] = []
