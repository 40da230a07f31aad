"""The table of roles and routes (tests/architecture/routes) names every route, and each role gets what it says."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from knox.models import AuthToken

from diagnosis.models import User
from tests.architecture.routes import ROUTES
from tests.architecture.routes.api import new_image
from tests.architecture.routes.row import ROLES, Route
from tests.architecture.routes.world import World, build_world

# The admin keeps its own rules; Django's own tests cover its routes.
ELSEWHERE = ("admin",)


def _patterns(node: URLResolver, names: tuple[str, ...] = ()) -> Iterator[tuple[str, URLPattern]]:
    """Yield each route's full name and pattern."""
    for entry in node.url_patterns:
        if isinstance(entry, URLResolver):
            inner = (*names, entry.namespace) if entry.namespace else names
            if inner[:1] != ELSEWHERE:
                yield from _patterns(entry, inner)
        else:
            yield ":".join((*names, entry.name or str(entry.pattern))), entry


PATTERNS = dict(_patterns(get_resolver()))


def _methods(pattern: URLPattern) -> set[str] | None:
    """Return the methods that a class-based view answers; None where the view is a function."""
    view = getattr(pattern.callback, "view_class", None)
    if view is None:
        return None
    return {name.upper() for name in view.http_method_names if hasattr(view, name)} - {"HEAD", "OPTIONS", "TRACE"}


@pytest.mark.parametrize("name", sorted(PATTERNS))
def test_route_stands_in_the_table(name):
    listed = {route.method for route in ROUTES if route.name == name}
    assert listed, f"{name} has no row in ROUTES"
    if name.startswith("api:") and name != "api:nowhere":
        assert listed == _methods(PATTERNS[name])


@pytest.mark.django_db
def test_each_role_gets_its_answer():
    cache.clear()
    world = build_world()
    rows = {f"{route}, {route.case} case": route for route in ROUTES}
    assert {row: _answers(route, world) for row, route in rows.items()} == {
        row: dict(zip(ROLES, route.answers, strict=True)) for row, route in rows.items()
    }


def _answers(route: Route, world: World) -> dict[str, int]:
    converters = PATTERNS[route.name].pattern.converters
    ids = {name: value for name, value in world.ids(route.case).items() if name in converters}
    address = "/api/v1/no-such-thing/" if route.name == "api:nowhere" else reverse(route.name, kwargs=ids)
    answers = {}
    for role in ROLES:
        with transaction.atomic():
            answers[role] = _ask(world.people[role], route, address, route.sends(world)).status_code
            transaction.set_rollback(True)
    return answers


def _ask(user: User | None, route: Route, address: str, data: dict[str, Any]) -> Any:
    client = Client(headers={"Accept": route.accepts})
    if user and route.is_api:
        client.defaults["HTTP_AUTHORIZATION"] = f"Token {AuthToken.objects.create(user=user)[1]}"
    elif user:
        client.force_login(user)
    is_json = route.is_api and route.method != "GET" and route.sends is not new_image
    options = {"content_type": "application/json"} if is_json else {}
    return getattr(client, route.method.lower())(address, data, **options)
