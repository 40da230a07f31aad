"""The admin's list of shadow results counts how often the artefacts agree."""

import pytest
from django.test import Client

from diagnosis.models import (
    ShadowResult,
)
from tests import factories
from tests.diagnosis.admin_pages import page

pytestmark = pytest.mark.django_db


def test_shadow_results_show_how_often_the_artefacts_agree(browser: Client) -> None:
    case = factories.analysed_case(results=[*[factories.machine_result("early")] * 3, factories.unanswered()])
    same, other, across, unanswered = [smear.analyses.get() for smear in case.smears.order_by("number")]
    factories.shadow_result(same, factories.machine_result("early"))
    factories.shadow_result(other, factories.machine_result("pre"))
    factories.shadow_result(across, factories.machine_result("benign"))
    factories.shadow_result(unanswered, factories.unanswered())
    factories.shadow_result(same, factories.machine_result("benign"), artefact="second-1.0.0")

    whole = browser.get(page(ShadowResult, "changelist"))
    assert whole.context["agreement"]["rows"] == [
        ["drawn-in-shadow-9.9.9", "drawn-by-test", "2 of 4 images", 1],
        ["second-1.0.0", "drawn-by-test", "0 of 1 images", 1],
    ]
    assert "2 of 4 images" in whole.content.decode()

    filtered = browser.get(page(ShadowResult, "changelist"), {"comparison": "across"}).context
    assert [row.analysis for row in filtered["cl"].result_list] == [same, across]
    assert filtered["agreement"]["rows"] == [
        ["drawn-in-shadow-9.9.9", "drawn-by-test", "0 of 1 images", 1],
        ["second-1.0.0", "drawn-by-test", "0 of 1 images", 1],
    ]


def test_a_list_without_shadow_results_shows_no_agreement(browser: Client) -> None:
    answer = browser.get(page(ShadowResult, "changelist"))
    assert answer.context["agreement"]["rows"] == []
    assert "same outcome and class" not in answer.content.decode()
