"""The API."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.architecture.routes.row import ANYBODY, MEMBERS, OWN, SIGNED_IN, Route, credentials
from tests.architecture.routes.world import World


def new_patient(world: World) -> dict[str, Any]:
    return {"clinic": world.cases["open"].clinic.slug, "number": "new"}


def new_case(world: World) -> dict[str, Any]:
    return {"patient": str(world.cases["open"].patient_id)}


def new_image(_: World) -> dict[str, Any]:
    return {"image": SimpleUploadedFile("field.jpg", factories.picture_bytes())}


ROUTES = [
    Route("api:tokens", "POST", (201,) * 6, credentials),
    Route("api:current-token", "DELETE", (204, 204, 204, 204, 204, 401)),
    Route("api:me", "GET", SIGNED_IN),
    Route("api:clinics", "GET", SIGNED_IN),
    Route("api:patients", "GET", SIGNED_IN),
    Route("api:patients", "POST", (201, 201, 403, 201, 404, 401), new_patient),
    Route("api:patient", "GET", MEMBERS),
    Route("api:cases", "GET", SIGNED_IN),
    Route("api:cases", "POST", (201, 201, 403, 201, 404, 401), new_case),
    Route("api:case", "GET", MEMBERS),
    Route("api:case-withdraw", "POST", (200, 200, 403, 200, 404, 401)),
    Route("api:case-smears", "GET", MEMBERS),
    Route("api:case-smears", "POST", (202, 202, 403, 202, 404, 401), new_image),
    Route("api:stage-report", "GET", MEMBERS),
    Route("api:stage-report", "GET", MEMBERS, case="signed"),
    Route("api:stage-report-pdf", "GET", MEMBERS),
    Route("api:stage-report-pdf", "GET", MEMBERS, case="signed"),
    Route("api:signed-versions", "GET", MEMBERS, case="signed"),
    Route("api:smear", "GET", MEMBERS),
    Route("api:smear-image", "GET", MEMBERS),
    Route("api:smear-analyses", "GET", MEMBERS),
    Route("api:smear-analyses", "POST", (403, 202, 202, 403, 404, 401)),
    Route("api:uploads", "POST", (400, 400, 400, 400, 400, 401)),
    Route("api:upload", "GET", OWN),
    Route("api:upload", "PATCH", (415, 404, 404, 404, 404, 401)),
    Route("api:upload", "DELETE", (204, 404, 404, 404, 404, 401)),
    Route("api:analysis", "GET", MEMBERS),
    Route("api:cells", "GET", MEMBERS),
    Route("api:schema", "GET", ANYBODY),
    Route("api:docs", "GET", ANYBODY),
    *(Route("api:nowhere", method, (404,) * 6) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")),
]
