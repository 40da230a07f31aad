"""Who may be put on a clinic's rota in the admin, and how the rota reads."""

from datetime import timedelta

import pytest
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from diagnosis.models import Clinic, Membership, OnCall, User
from tests import factories
from tests.diagnosis.admin_pages import page, sent_by

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


def on_duty(clinic: Clinic, reader: User, *, days: int = 3) -> OnCall:
    now = timezone.now()
    return clinic.on_call.create(user=reader, starts_at=now, ends_at=now + timedelta(days=days))


def warnings(browser: Client, row: Model, **changed: object) -> list[str]:
    answer = browser.post(page(type(row), "change", row), sent_by(browser, row, **changed), follow=True)
    assert answer.redirect_chain
    return [str(each) for each in answer.context["messages"] if each.level_tag == "warning"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"is_active": ""}, "the account is not active"),
        ({"email": ""}, "no e-mail address"),
        ({"memberships-0-DELETE": "on"}, "no specialist of the clinic"),
        ({"memberships-0-role": "submitter"}, "no specialist of the clinic"),
    ],
)
def test_whom_the_rota_reaches_no_more_is_named_when_it_happens(
    browser: Client, clinic: Clinic, reader: User, changed: dict[str, object], why: str
) -> None:
    on_duty(clinic, reader)
    last = on_duty(clinic, reader, days=5)
    [said] = warnings(browser, reader, **changed)
    assert f"Mina Rostami ({reader.username}) stands on the on-call rota of {clinic} until" in said
    assert f"until {last.ends_at:%-d %b %Y, %H:%M:%S} UTC" in said
    assert f"no notice reaches them: {why}. Put somebody else on the rota." in said


def test_taking_the_role_away_elsewhere_warns_too(browser: Client, clinic: Clinic, reader: User) -> None:
    on_duty(clinic, reader)
    role = reader.memberships.get()
    [said] = warnings(browser, role, role="submitter")
    assert "Mina Rostami" in said
    assert warnings(browser, role, role="specialist") == []
    [said] = warnings(browser, clinic, **{"memberships-0-DELETE": "on"})
    assert "Mina Rostami" in said


def test_deleting_the_role_warns_too(browser: Client, clinic: Clinic, reader: User) -> None:
    on_duty(clinic, reader)
    role = reader.memberships.get()
    answer = browser.post(page(Membership, "delete", role), {"post": "yes"}, follow=True)
    assert "stands on the on-call rota" in answer.content.decode()


def test_who_is_on_no_rota_any_more_may_leave_without_a_word(browser: Client, clinic: Clinic, reader: User) -> None:
    now = timezone.now()
    clinic.on_call.create(user=reader, starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))
    assert warnings(browser, reader, is_active="") == []


def test_who_is_reached_is_not_named(browser: Client, clinic: Clinic, reader: User) -> None:
    on_duty(clinic, reader)
    assert warnings(browser, reader, telephone="12345") == []


def test_the_rota_marks_duties_that_nobody_would_be_told_in(browser: Client, clinic: Clinic, reader: User) -> None:
    on_duty(clinic, reader)
    others = {
        "the account is not active": factories.specialist(clinic, is_active=False, email="a@clinic.test"),
        "no e-mail address": factories.specialist(clinic),
        "no specialist of the clinic": factories.submitter(clinic, email="b@clinic.test"),
    }
    listed = browser.get(page(OnCall, "changelist")).content.decode()
    assert not any(why in listed for why in others)
    for why, person in others.items():
        on_duty(clinic, person)
        listed = browser.get(page(OnCall, "changelist")).content.decode()
        assert listed.count(why) == 1


def test_who_is_not_active_is_not_put_on_the_rota(browser: Client, clinic: Clinic) -> None:
    gone = factories.specialist(clinic, is_active=False, email="a@clinic.test")
    assert "account is not active" in refusals(browser, clinic, gone)
