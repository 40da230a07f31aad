"""Submitting cases."""

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.architecture.routes.row import MEMBERS_PAGE, OWN, Route
from tests.architecture.routes.world import World


def images_of_a_form(_: World) -> dict[str, Any]:
    return {"images": [SimpleUploadedFile("field.jpg", factories.picture_bytes())]}


def patient_number(world: World) -> dict[str, Any]:
    return {"clinic": world.cases["open"].clinic_id, "patient_number": "new"}


def case_form(world: World) -> dict[str, Any]:
    facts = {"draft": str(uuid.uuid4()), "patient_number": "new", "priority": "routine", "specimen": "blood"}
    return {**facts, "clinic": world.cases["open"].clinic_id, **images_of_a_form(world)}


def draft(_: World) -> dict[str, Any]:
    return {"draft": str(uuid.uuid4())}


def words(_: World) -> dict[str, Any]:
    return {"answer": "Yes, on Monday."}


ROUTES = [
    Route("submit", "GET", (200, 200, 403, 200, 200, 302)),
    Route("submit", "POST", (302, 302, 403, 302, 400, 200), case_form),
    Route("look-up-patient", "GET", (200, 200, 404, 200, 404, 401), patient_number),
    Route("case", "GET", MEMBERS_PAGE),
    Route("case-progress", "GET", MEMBERS_PAGE),
    Route("upload", "POST", (201, 201, 403, 201, 404, 401), images_of_a_form, accepts="application/json"),
    Route("uploads", "GET", (200, 200, 200, 200, 200, 401), draft, accepts="application/json"),
    Route("uploads", "POST", (400, 400, 400, 400, 400, 401), accepts="application/json"),
    Route("upload-pieces", "HEAD", OWN, accepts="application/json"),
    Route("upload-pieces", "PATCH", (415, 404, 404, 404, 404, 401), accepts="application/json"),
    Route("upload-pieces", "DELETE", (204, 404, 404, 404, 404, 401), accepts="application/json"),
    Route("upload-picture", "GET", OWN, accepts="application/json"),
    Route("answer", "GET", (302, 302, 302, 302, 404, 302), case="asked"),
    Route("answer", "POST", (302, 302, 403, 302, 404, 200), words, case="asked"),
    Route("withdraw", "POST", (302, 302, 403, 302, 404, 200)),
]
