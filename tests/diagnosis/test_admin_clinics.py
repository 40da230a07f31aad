"""What an operator may make of a clinic's rules, its microscopes and its short name, and what not."""

import pytest
from django.test import Client

from diagnosis.models import Clinic, Device
from tests import factories
from tests.diagnosis.admin_pages import CLINIC, page

pytestmark = pytest.mark.django_db


def errors_of(browser: Client, sent: dict[str, object]) -> dict[str, list[str]]:
    answer = browser.post(page(Clinic, "add"), {**CLINIC, **sent})
    errors: dict[str, list[str]] = answer.context["adminform"].form.errors if answer.status_code == 200 else {}
    return errors


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"critical_target": 0}, "critical_target", "greater than or equal to 1"),
        ({"urgent_target": 100}, "urgent_target", "never due before a critical one"),
        ({"routine_target": 239}, "routine_target", "never due before an urgent one"),
        ({"machine_target": 0}, "machine_target", "greater than or equal to 1"),
        ({"notice_target": 0}, "notice_target", "greater than or equal to 1"),
        ({"notice_target": 5000}, "notice_target", "less than or equal to 1440"),
        ({"notice_target": 5, "acknowledge_target": 1}, "acknowledge_target", "before being told"),
        ({"acknowledge_target": 0}, "acknowledge_target", "greater than or equal to 1"),
        ({"image_retention_days": 10**9}, "image_retention_days", "less than or equal to 36500"),
    ],
)
def test_rules_that_cannot_hold_are_refused(browser: Client, sent: dict[str, object], field: str, words: str) -> None:
    [error] = errors_of(browser, sent)[field]
    assert words in error
    assert not Clinic.objects.exists()


def test_targets_may_be_the_same(browser: Client) -> None:
    alike = {"critical_target": 60, "urgent_target": 60, "routine_target": 60}
    assert not errors_of(browser, {**alike, "notice_target": 30, "acknowledge_target": 30})
    assert Clinic.objects.get().routine_target == 60


@pytest.mark.parametrize(("size", "is_taken"), [("0", False), ("9999", False), ("0.00000001", False), ("0.07", True)])
def test_only_a_pixel_that_a_microscope_can_have_is_taken(browser: Client, size: str, *, is_taken: bool) -> None:
    sent = {"clinic": factories.ClinicFactory.create().pk, "name": "BX43", "micrometres_per_pixel": size}
    answer = browser.post(page(Device, "add"), sent)
    assert Device.objects.exists() == is_taken
    if not is_taken:
        [error] = answer.context["adminform"].form.errors["micrometres_per_pixel"]
        assert "between 0.01 and 10 micrometres" in error
        assert "Constraint" not in answer.content.decode()


def test_a_clinics_short_name_is_fixed_with_its_first_case(browser: Client) -> None:
    clinic = factories.ClinicFactory.create(slug="west")
    browser.post(page(Clinic, "change", clinic), {**CLINIC, "slug": "north"})
    clinic.refresh_from_db()
    assert clinic.slug == "north"

    factories.case(clinic=clinic)
    assert browser.post(page(Clinic, "change", clinic), {**CLINIC, "slug": "south"}).status_code == 302
    clinic.refresh_from_db()
    assert (clinic.slug, clinic.name) == ("north", "West clinic")
