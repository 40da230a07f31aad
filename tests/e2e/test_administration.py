"""The administration: nothing is wrong to axe or the console, covered or cut on any of its pages, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib import admin
from django.test import Client
from playwright.sync_api import expect

from diagnosis.models import OnCall
from tests import factories
from tests.diagnosis.admin_pages import page as address_of
from tests.diagnosis.admin_pages import signed_case
from tests.diagnosis.services.notice_cases import duty
from tests.e2e.conftest import NARROW, PATIENCE, WIDE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def operator():
    return factories.UserFactory.create(is_staff=True, is_superuser=True)


@pytest.fixture
def signed_in(browser, live_server, operator):
    """Open a page whose browser is signed in already; whatever its console says fails the test."""
    client = Client()
    client.force_login(operator)
    context = browser.new_context(base_url=live_server.url, viewport=WIDE, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    session = {"name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value}
    context.add_cookies([{**session, "url": live_server.url}])
    page, said = context.new_page(), []
    # A form that is not offered to be sent is a 403, of which the browser says so.
    page.on("console", lambda message: "403" in message.text or said.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
    yield page
    context.close()
    assert not said, "\n".join(said)


def addresses(kind):
    for model in admin.site._registry:
        if kind in ("changelist", "add"):
            yield address_of(model, kind)
        elif row := model._default_manager.first():
            yield address_of(model, kind, row)


# Words of labels that something else lies over, and how far the page is wider than its window.
COVERED = """() => [...document.querySelectorAll("label, th, .breadcrumbs a, h1, h2")].filter((words) => {
    words.scrollIntoView({ block: "center", inline: "center" });
    const { x, y, width, height } = words.getBoundingClientRect();
    if (!width || !height || !words.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    if (words.classList.contains("sr-only") || words.classList.contains("visually-hidden")) return false;
    const top = document.elementFromPoint(x + width / 2, y + height / 2);
    return top && !words.contains(top) && !top.contains(words);
}).map((words) => words.textContent.trim())"""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["changelist", "add", "change", "delete", "history"])
def test_nothing_is_wrong_with_any_page_of_a_record(signed_in, kind):
    clinic = signed_case().clinic
    duty(clinic, factories.specialist(clinic), 1)
    axe, found, looked_at = Axe(), set[str](), 0
    for address in addresses(kind):
        answer = signed_in.goto(address)
        if answer.status == 403:  # what comes in by the product's own ways is not added here
            continue
        looked_at += 1
        for scheme, size in (("light", WIDE), ("dark", NARROW)):
            signed_in.emulate_media(color_scheme=scheme)
            signed_in.set_viewport_size(size)
            found.update(f"{address}, {size['width']}: “{words}” is covered" for words in signed_in.evaluate(COVERED))
            if (wider := signed_in.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                found.add(f"{address}, {size['width']}: {wider} pixels wider than its window")
            for violation in axe.run(signed_in).response["violations"]:
                found.update(f"{address}, {scheme}, {violation['id']}: {node['html']}" for node in violation["nodes"])
    assert not found, "\n".join(sorted(found))
    assert looked_at >= {"changelist": 25, "add": 5, "change": 15, "delete": 3, "history": 15}[kind]


def test_asking_before_several_are_deleted_has_its_words(signed_in):
    clinic = factories.ClinicFactory.create()
    duty(clinic, factories.specialist(clinic), 1)
    signed_in.goto(address_of(OnCall, "changelist"))
    signed_in.locator("[name=_selected_action]").check()
    signed_in.locator("select[name=action]").select_option("delete_selected")
    signed_in.locator("[name=index]").click()
    expect(signed_in.get_by_role("main")).to_contain_text("Are you sure")
