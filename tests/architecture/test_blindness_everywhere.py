"""No route tells a blind reader what the machine says of a case, nor what the first reader wrote."""

import dataclasses

import pytest
from django.core.cache import cache
from django.urls import reverse

from diagnosis.services import reviews
from tests import factories
from tests.architecture.routes import ROUTES
from tests.architecture.routes.world import World
from tests.architecture.test_routes import PATTERNS, _ask

# The machine's sentence, its probability in both forms, and the first reader's words.
MARKERS = (b"MACHINE-SAYS", b"0.97", b"97.0", b"FIRST-OPINION")
ABOUT_A_CASE = {"case_id", "smear_id", "analysis_id", "notice_id"}
LISTS = {"worklist", "cases", "notices", "notices-banner", "api:cases"}


@pytest.fixture
def _machine_says(monkeypatch):
    plain = factories.rule
    monkeypatch.setattr(
        factories, "rule", lambda *args, **facts: dataclasses.replace(plain(*args, **facts), sentence="MACHINE-SAYS")
    )


def read_once(case, by):
    opinion = reviews.decide(
        case=case,
        by=by,
        decision="correct",
        finding="blasts_suspected",
        reasons="FIRST-OPINION",
        comment="FIRST-OPINION",
        seen_stage_report=case.current_stage_report_id,
    )
    reviews.sign_off(review=opinion, by=by, password=factories.PASSWORD, seen=reviews.preview(opinion)[1])


def routes():
    for route in ROUTES:
        converters = PATTERNS[route.name].pattern.converters
        if route.method == "GET" and route.case != "signed" and (ABOUT_A_CASE & set(converters) or route.name in LISTS):
            yield route, converters


def told(world, reader):
    """Return which routes tell the reader any of it, and how many answered at all."""
    telling, answered = set(), 0
    for route, converters in routes():
        ids = {name: value for name, value in world.ids("open").items() if name in converters}
        if None in ids.values():
            continue
        answer = _ask(reader, route, reverse(route.name, kwargs=ids), {})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answered += answer.status_code == 200
        if any(marker in body for marker in MARKERS) or (answer.status_code == 200 and body.startswith(b"%PDF")):
            telling.add(route.name)
    return telling, answered


@pytest.mark.django_db
@pytest.mark.usefixtures("_machine_says")
@pytest.mark.parametrize("is_second", [False, True], ids=["blind clinic", "second reading"])
def test_no_route_tells_a_blind_reader(is_second):
    cache.clear()
    clinic = factories.ClinicFactory.create(reads_blind=not is_second, second_reading_of_flagged=True)
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result("early")])
    first, second = factories.specialist(clinic), factories.specialist(clinic)
    world = World(people={}, cases={"open": case}, upload=factories.upload(by=case.submitted_by))
    if is_second:
        assert told(world, first)[0], "the markers are there to be found"
        read_once(case, first)
    telling, answered = told(world, second)
    assert telling == set()
    assert answered > 10


@pytest.mark.django_db
def test_blind_reader_sees_the_critical_mark_everywhere_and_is_told_what_it_gives_away(client):
    cache.clear()
    clinic = factories.ClinicFactory.create(reads_blind=True)
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result("early")] * 3)
    client.force_login(factories.specialist(clinic))
    review = client.get(reverse("review", args=[case.pk])).content.decode()
    assert "because the machine raised its flag or an earlier reader suspected blasts, and that much you know" in review
    assert '<span class="pill critical">' in client.get(reverse("worklist")).content.decode()
    assert client.get(reverse("api:case", args=[case.pk])).json()["is_critical"] is True
    routine = factories.analysed_case(clinic=clinic)
    assert "Marked critical" not in client.get(reverse("review", args=[routine.pk])).content.decode()
