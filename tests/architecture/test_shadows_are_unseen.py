"""No page, no answer of the API and no printed report tells of an artefact in shadow, whoever asks."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from diagnosis.models import ShadowStatement
from tests import factories
from tests.architecture.routes import ROUTES
from tests.architecture.routes.row import ROLES
from tests.architecture.routes.world import build_world
from tests.architecture.test_routes import PATTERNS, _ask

MARKER = "drawn-in-shadow"


@pytest.mark.django_db
def test_no_route_shows_what_a_shadow_says():
    cache.clear()
    world = build_world()
    for case in world.cases.values():
        for smear in case.smears.all():
            factories.shadow_result(smear.analyses.get(), factories.machine_result("pro"), artefact=f"{MARKER}-1.0.0")
    assert ShadowStatement.objects.filter(artefact__startswith=MARKER).exists()
    answered = 0
    for route in ROUTES:
        if route.method != "GET" or route.name == "api:nowhere":
            continue
        converters = PATTERNS[route.name].pattern.converters
        ids = {name: value for name, value in world.ids(route.case).items() if name in converters}
        for role in ROLES:
            answer = _ask(world.people[role], route, reverse(route.name, kwargs=ids), route.sends(world))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert MARKER.encode() not in body, (route.name, role)
            assert b"shadow_result" not in body, (route.name, role)
            assert b"shadow_statement" not in body, (route.name, role)
            answered += answer.status_code == 200
    assert answered > 30
