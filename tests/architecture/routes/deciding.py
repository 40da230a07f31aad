"""Opinions and signatures."""

from typing import Any

from diagnosis.services import reviews
from tests import factories
from tests.architecture.routes.row import SPECIALISTS_PAGE, Route
from tests.architecture.routes.world import World


def opinion(world: World) -> dict[str, Any]:
    seen = world.cases["open"].current_stage_report_id
    return {"decision": "agree", "finding": "no_blasts_seen", "seen_stage_report": str(seen)}


def signature(world: World) -> dict[str, Any]:
    return {"password": factories.PASSWORD, "seen": reviews.preview(world.cases["open"].reviews.get())[1]}


ROUTES = [
    Route("review", "GET", SPECIALISTS_PAGE),
    Route("review", "POST", (403, 302, 403, 403, 404, 302), opinion),
    Route("review-news", "GET", SPECIALISTS_PAGE),
    Route("sign", "GET", SPECIALISTS_PAGE),
    Route("sign", "POST", (403, 302, 403, 403, 404, 302), signature),
]
