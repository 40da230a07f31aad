"""On the review page nothing lies over anything else, however much stands above it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

COVERED = """() => [...document.querySelectorAll(".layers label, .layers input, .tools button, .marks button")].filter(
    (part) => {
        part.scrollIntoView({ block: "nearest" });
        const { x, y, width, height } = part.getBoundingClientRect();
        if (!width || !part.checkVisibility({ visibilityProperty: true })) return false;
        const top = document.elementFromPoint(x + width / 2, y + height / 2);
        return !part.contains(top) && !top?.closest("label")?.contains(part);
    }).map((part) => part.outerHTML)"""


@pytest.mark.parametrize("size", [(1440, 900), (1280, 900), (1280, 800), (1024, 900), (390, 844)])
def test_critical_bar_and_a_message_leave_every_tool_in_reach(page, sign_in, size):
    clinic = factories.ClinicFactory.create()
    reader = factories.specialist(clinic)
    now = timezone.now()
    clinic.on_call.create(user=reader, rank=1, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(days=1))
    flagged = [factories.machine_result("early") for _ in range(3)]
    case, _ = (factories.analysed_case(clinic=clinic, results=flagged) for _ in range(2))
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(reader)
    page.goto(f"/cases/{case.pk}/review/")
    page.get_by_role("button", name=f"Acknowledge {case.accession}").first.click()
    expect(page.get_by_role("button", name=f"Acknowledge {case.accession}")).to_have_count(0)
    page.goto(f"/cases/{case.pk}/review/")
    expect(page.locator(".over-cells")).to_have_attribute("data-cells", "10")
    expect(page.locator(".critical-head")).to_contain_text("critical")
    page.evaluate(
        """() => {
            const said = document.createElement("p");
            said.className = "notice settled";
            said.textContent = "Acknowledged. ".repeat(20);
            document.querySelector("#page").prepend(said);
        }"""
    )
    assert page.evaluate(COVERED) == []
