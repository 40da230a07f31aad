"""Who may be put on a clinic's rota in the admin, and how the rota reads."""

import pytest
from django.test import Client

from diagnosis.models import Clinic, OnCall, User
from tests import factories
from tests.diagnosis.admin_pages import page

pytestmark = pytest.mark.django_db

TIMES = {"starts_at_0": "2099-11-23", "starts_at_1": "08:00", "ends_at_0": "2099-11-24", "ends_at_1": "08:00"}


@pytest.fixture
def clinic() -> Clinic:
    return factories.ClinicFactory.create()


@pytest.fixture
def reader(clinic: Clinic) -> User:
    return factories.specialist(clinic, first_name="Mina", last_name="Rostami", email="mina@clinic.test")


def refusals(browser: Client, clinic: Clinic, user: User) -> str:
    sent = {"clinic": clinic.pk, "user": user.pk, "rank": 1, **TIMES}
    answer = browser.post(page(OnCall, "add"), sent)
    return "" if answer.status_code == 302 else str(answer.context["adminform"].form.errors)


def test_only_specialists_of_the_clinic_can_be_on_call(browser: Client, clinic: Clinic, reader: User) -> None:
    assert "no specialist of the clinic" in refusals(
        browser, clinic, factories.submitter(clinic, email="b@clinic.test")
    )
    assert refusals(browser, clinic, reader) == ""
    assert clinic.on_call.get().user == reader


def test_nobody_is_on_call_whom_no_notice_would_reach(browser: Client, clinic: Clinic) -> None:
    assert "has no e-mail address" in refusals(browser, clinic, factories.specialist(clinic))
    assert not OnCall.objects.exists()


def test_the_same_duty_is_given_once(browser: Client, clinic: Clinic, reader: User) -> None:
    assert refusals(browser, clinic, reader) == ""
    assert "This person has this duty already." in refusals(browser, clinic, reader)
    assert OnCall.objects.count() == 1


def test_the_clinics_own_form_asks_the_same_of_its_rota(browser: Client, clinic: Clinic) -> None:
    shown = browser.get(page(Clinic, "change", clinic)).context["adminform"].form
    rules = {name: shown.get_initial_for_field(field, name) or "" for name, field in shown.fields.items()}
    forms = {f"{rows}-{count}_FORMS": 0 for rows in ("memberships", "devices") for count in ("TOTAL", "INITIAL")}
    duty = {f"on_call-0-{name}": value for name, value in TIMES.items()}
    duty |= {"on_call-TOTAL_FORMS": 1, "on_call-INITIAL_FORMS": 0, "on_call-0-rank": 1}
    for person, words in (
        (factories.submitter(clinic, email="b@clinic.test"), "no specialist of the clinic"),
        (factories.specialist(clinic), "has no e-mail address"),
    ):
        sent = {**rules, **forms, **duty, "on_call-0-user": person.pk}
        assert words in browser.post(page(Clinic, "change", clinic), sent).content.decode()
    assert not OnCall.objects.exists()


def test_the_rota_says_who_is_on_duty_and_by_which_clock(browser: Client, clinic: Clinic, reader: User) -> None:
    refusals(browser, clinic, reader)
    listed = browser.get(page(OnCall, "changelist")).content.decode()
    assert f"Mina Rostami ({reader.username})" in listed
    assert "23 Nov 2099, 08:00:00 UTC" in listed
    form = browser.get(page(OnCall, "change", clinic.on_call.get())).content.decode()
    assert f"Mina Rostami ({reader.username})" in form
    assert form.count("In UTC.") == 2
