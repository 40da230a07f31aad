"""Analyses are run again from the admin's lists, and each refusal is said."""

from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from diagnosis.choices import Role
from diagnosis.models import (
    Analysis,
    Case,
    Smear,
    User,
)
from diagnosis.services import intake
from tests import factories
from tests.diagnosis.admin_pages import page, signed_case

pytestmark = pytest.mark.django_db


def messages_after(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def run_again(browser: Client, model: type[Model], rows: list[Model]) -> list[str]:
    chosen = {
        "action": "run_analyses_again",
        "_selected_action": [str(row.pk) for row in rows],
        "is_meant": "yes",
    }
    return messages_after(browser.post(page(model, "changelist"), chosen, follow=True))


def test_analyses_of_smears_and_of_cases_can_be_run_again(browser: Client, operator: User) -> None:
    case = factories.analysed_case()
    operator.memberships.create(clinic=case.clinic, role=Role.ADMINISTRATOR)
    smears = list(case.smears.all())

    assert run_again(browser, Smear, smears[:1]) == ["1 analysis is queued again."]
    newest = intake.newest_analysis(smears[0])
    assert (newest.status, newest.requested_by) == ("queued", operator)

    assert run_again(browser, Case, [case]) == [
        "2 analyses are queued again.",
        f"{case.accession} / 1: This smear is being analysed now. Wait for the result, then run it again.",
    ]
    assert Analysis.objects.count() == 6


def test_what_will_be_run_again_is_said_before_it_is_done(browser: Client, operator: User) -> None:
    case = factories.analysed_case()
    operator.memberships.create(clinic=case.clinic, role=Role.ADMINISTRATOR)
    chosen = {"action": "run_analyses_again", "_selected_action": [str(case.pk)]}
    asked = browser.post(page(Case, "changelist"), chosen).content.decode()
    assert "New analyses of 3 smears will be queued." in asked
    assert f'value="{case.pk}"' in asked
    assert Analysis.objects.count() == 3


def test_each_refusal_to_run_again_is_said_once_with_those_it_concerns(browser: Client, operator: User) -> None:
    closed, foreign, empty = signed_case(), factories.analysed_case(), factories.case()
    operator.memberships.create(clinic=closed.clinic, role=Role.ADMINISTRATOR)

    said = run_again(browser, Case, [closed, foreign])

    assert len(said) == 2
    assert any("This case is closed" in message and f"{closed.accession} / 3" in message for message in said)
    assert any("Your role" in message and f"{foreign.accession} / 1" in message for message in said)
    assert run_again(browser, Case, [empty]) == ["There is no smear among these, so nothing was queued."]
    assert Analysis.objects.count() == 6


def test_a_long_refusal_names_a_few_and_counts_the_rest(browser: Client) -> None:
    case = factories.analysed_case(results=[factories.machine_result() for _ in range(7)])
    [said] = run_again(browser, Case, [case])
    assert f"{case.accession} / 5 and 2 more: Your role" in said
