"""Who gets what: every route of the product and every role stand in this one table.

To add a route, add a row: its name, its method, the status for each role in the order of ROLES, what is sent, and the
case that it is about. A route without a row fails a test. Ids in the address are filled in from the world below.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from knox.models import AuthToken

from diagnosis.choices import Decision, Finding
from diagnosis.models import Case, User
from diagnosis.services import reviews
from tests import factories

ROLES = ("submitter", "specialist", "administrator", "service_account", "outsider", "anonymous")
# The admin keeps its own rules; Django's own tests cover its routes.
ELSEWHERE = ("admin",)


@dataclass(frozen=True)
class World:
    """One clinic with its people, an open case with a result, a signed one, and somebody from outside."""

    people: dict[str, User | None]
    cases: dict[str, Case]

    def ids(self, case: str) -> dict[str, Any]:
        """Return what addresses about a case need."""
        row = self.cases[case]
        smear = row.smears.get()
        review = row.reviews.first()
        return {
            "case_id": row.pk,
            "patient_id": row.patient_id,
            "smear_id": smear.pk,
            "analysis_id": smear.analyses.get().pk,
            "review_id": review.pk if review else None,
            "version": 1,
        }


def _build_world() -> World:
    clinic = factories.ClinicFactory.create()
    submitter, specialist = factories.submitter(clinic), factories.specialist(clinic)
    cases = {
        name: factories.analysed_case(by=submitter, results=[factories.machine_result()]) for name in ("open", "signed")
    }
    for case in cases.values():
        review = reviews.decide(
            case=case,
            by=specialist,
            decision=Decision.AGREE,
            finding=Finding.NO_BLASTS_SEEN,
            seen_stage_report=case.current_stage_report_id,
        )
    reviews.sign_off(review=review, by=specialist, password=factories.PASSWORD, seen=reviews.preview(review)[1])
    return World(
        people={
            "submitter": submitter,
            "specialist": specialist,
            "administrator": factories.administrator(clinic),
            "service_account": factories.service_account(clinic),
            "outsider": factories.outsider(),
            "anonymous": None,
        },
        cases=cases,
    )


def nothing(_: World) -> dict[str, Any]:
    return {}


def credentials(world: World) -> dict[str, Any]:
    return {"username": world.people["submitter"].username, "password": factories.PASSWORD}


def new_patient(world: World) -> dict[str, Any]:
    return {"clinic": world.cases["open"].clinic.slug, "number": "new"}


def new_case(world: World) -> dict[str, Any]:
    return {"patient": str(world.cases["open"].patient_id)}


def new_image(_: World) -> dict[str, Any]:
    return {"image": SimpleUploadedFile("field.jpg", factories.picture_bytes())}


def images_of_a_form(_: World) -> dict[str, Any]:
    return {"images": [SimpleUploadedFile("field.jpg", factories.picture_bytes())]}


def case_form(world: World) -> dict[str, Any]:
    facts = {"draft": str(uuid.uuid4()), "patient_number": "new", "priority": "routine", "specimen": "blood"}
    return {**facts, "clinic": world.cases["open"].clinic_id, **images_of_a_form(world)}


def patient_number(world: World) -> dict[str, Any]:
    return {"clinic": world.cases["open"].clinic_id, "patient_number": "new"}


def opinion(world: World) -> dict[str, Any]:
    seen = world.cases["open"].current_stage_report_id
    return {"decision": "agree", "finding": "no_blasts_seen", "seen_stage_report": str(seen)}


def signature(world: World) -> dict[str, Any]:
    return {"password": factories.PASSWORD, "seen": reviews.preview(world.cases["open"].reviews.get())[1]}


@dataclass(frozen=True)
class Route:
    """A row of the table."""

    name: str
    method: str
    answers: tuple[int, ...]
    sends: Callable[[World], dict[str, Any]] = nothing
    case: str = field(default="open", kw_only=True)
    accepts: str = field(default="*/*", kw_only=True)

    @property
    def is_api(self) -> bool:
        return self.name.startswith("api:")

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


ANYBODY = (200,) * 6
SIGNED_IN = (200, 200, 200, 200, 200, 401)
MEMBERS = (200, 200, 200, 200, 404, 401)
# The same in the portal, which leads to the sign-in page.
PAGE = (200, 200, 200, 200, 200, 302)
MEMBERS_PAGE = (200, 200, 200, 200, 404, 302)
SPECIALISTS_PAGE = (403, 200, 403, 403, 404, 302)

ROUTES = [
    Route("healthz", "GET", ANYBODY),
    Route("readyz", "GET", ANYBODY),
    Route("admin-sign-in", "GET", (403, 403, 403, 403, 403, 302)),
    # -- the API: submitter, specialist, administrator, service account, outsider, anonymous
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
    Route("api:analysis", "GET", MEMBERS),
    Route("api:cells", "GET", MEMBERS),
    Route("api:schema", "GET", ANYBODY),
    Route("api:docs", "GET", ANYBODY),
    # -- the portal: submitter, specialist, administrator, service account, outsider, anonymous
    Route("home", "GET", (302,) * 6),
    Route("sign-in", "GET", (302, 302, 302, 302, 302, 200)),
    Route("sign-in", "POST", (302,) * 6, credentials),
    Route("sign-out", "POST", (302,) * 6),
    Route("worklist", "GET", PAGE),
    Route("cases", "GET", PAGE),
    Route("submit", "GET", (200, 200, 403, 200, 200, 302)),
    Route("submit", "POST", (302, 302, 403, 302, 400, 302), case_form),
    Route("look-up-patient", "GET", (200, 200, 404, 200, 404, 401), patient_number),
    Route("case", "GET", MEMBERS_PAGE),
    Route("case-progress", "GET", MEMBERS_PAGE),
    Route("upload", "POST", (201, 201, 403, 201, 404, 401), images_of_a_form, accepts="application/json"),
    Route("withdraw", "POST", (302, 302, 403, 302, 404, 302)),
    Route("review", "GET", SPECIALISTS_PAGE),
    Route("review", "POST", (403, 302, 403, 403, 404, 302), opinion),
    Route("review-news", "GET", SPECIALISTS_PAGE),
    Route("sign", "GET", SPECIALISTS_PAGE),
    Route("sign", "POST", (403, 302, 403, 403, 404, 302), signature),
    Route("report", "GET", MEMBERS_PAGE),
    Route("report-pdf", "GET", MEMBERS_PAGE),
    Route("signed-report", "GET", MEMBERS_PAGE, case="signed"),
    Route("signed-report-pdf", "GET", MEMBERS_PAGE, case="signed"),
    Route("smear-image", "GET", MEMBERS_PAGE),
    Route("smear-thumbnail", "GET", MEMBERS_PAGE),
    Route("run-again", "POST", (403, 302, 302, 403, 404, 302)),
    Route("analysis-cells", "GET", MEMBERS_PAGE),
    Route("analysis-activation", "GET", MEMBERS_PAGE),
    *(Route("api:nowhere", method, (404,) * 6) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")),
]


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
    world = _build_world()
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
