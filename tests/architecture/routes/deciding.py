"""Opinions, questions and signatures."""

import json
from typing import Any

from diagnosis.models import Draft
from diagnosis.services import reviews
from tests import factories
from tests.architecture.routes.row import SPECIALISTS_PAGE, Route
from tests.architecture.routes.world import World

FIELDS = {"decision": "agree", "finding": "no_blasts_seen"}


def opinion(world: World) -> dict[str, Any]:
    return {**FIELDS, "seen_stage_report": str(world.cases["open"].current_stage_report_id)}


def typed(world: World) -> str:
    case = world.cases["open"]
    seen = str(case.current_stage_report_id)
    revision = Draft.objects.get(case=case).revision
    return json.dumps({"revision": revision, "seen_stage_report": seen, "fields": FIELDS})


def question(_: World) -> dict[str, Any]:
    return {"question": "Was the marrow taken before treatment?"}


def signature(world: World) -> dict[str, Any]:
    draft = Draft.objects.get(case=world.cases["open"])
    seen = draft.case.current_stage_report_id
    review = reviews.decide(case=draft.case, by=draft.by, draft=draft, seen_stage_report=seen, **FIELDS)
    return {"password": factories.PASSWORD, "seen": reviews.preview(review)[1]}


def committed(world: World) -> dict[str, Any]:
    draft = Draft.objects.get(case=world.cases["open"])
    return {"seen": draft.saved_at.isoformat(), "then": "ask-a-colleague"}


# An opinion belongs to whoever types it, and is signed by nobody else.
OWN_PAGE = (404, 200, 404, 404, 404, 302)

ROUTES = [
    Route("review", "GET", SPECIALISTS_PAGE),
    Route("review", "POST", (403, 302, 403, 403, 404, 200), opinion),
    Route("review-news", "GET", SPECIALISTS_PAGE),
    Route("review-hold", "GET", SPECIALISTS_PAGE),
    Route("draft", "PUT", (403, 200, 403, 403, 404, 302), typed),
    Route("ask", "GET", (403, 302, 403, 403, 404, 302)),
    Route("ask", "POST", (403, 302, 403, 403, 404, 200), question),
    # What needs no committing leads on to its signature.
    Route("commit", "GET", (404, 302, 404, 404, 404, 302)),
    Route("commit", "POST", (404, 302, 404, 404, 404, 200), committed),
    Route("sign", "GET", OWN_PAGE),
    Route("sign", "POST", (404, 302, 404, 404, 404, 200), signature),
]
