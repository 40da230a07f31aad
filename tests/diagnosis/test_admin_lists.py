"""Every record can be found in the admin, quickly."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from unfold.admin import ModelAdmin

from diagnosis.models import (
    Case,
    StoredFile,
)
from tests import factories
from tests.diagnosis.admin_pages import NEVER_ADDED_OR_DELETED, page, signed_case

pytestmark = pytest.mark.django_db
REGISTERED = sorted(admin.site._registry, key=lambda model: model.__name__)


@pytest.mark.parametrize("model", list(apps.get_app_config("diagnosis").get_models()), ids=lambda model: model.__name__)
def test_every_model_of_the_product_is_in_the_admin(model: type[Model]) -> None:
    assert admin.site.is_registered(model)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_list_has_the_same_look_and_can_be_searched(model: type[Model]) -> None:
    registered = admin.site._registry[model]
    assert isinstance(registered, ModelAdmin)
    assert registered.search_fields
    assert not registered.show_full_result_count


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_list_opens_filters_and_finds(browser: Client, model: type[Model]) -> None:
    signed_case()
    assert browser.get(page(model, "changelist")).status_code == 200
    found = browser.get(page(model, "changelist"), {"q": "nothing-is-called-this"})
    assert found.status_code == 200
    assert found.context["cl"].result_list.count() == 0


def test_states_are_asked_of_the_cases_of_one_page_alone(browser: Client) -> None:
    signed_case()
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(page(Case, "changelist")).status_code == 200
    [states] = [query["sql"] for query in asked if "diagnosis_question" in query["sql"]]
    assert '"diagnosis_case"."id" IN (' in states


def test_a_longer_list_asks_the_database_no_more_often(browser: Client) -> None:
    def questions() -> dict[str, int]:
        counts = {}
        for model in NEVER_ADDED_OR_DELETED:
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(page(model, "changelist")).status_code == 200
            counts[model.__name__] = len(asked)
        return counts

    signed_case()
    questions()  # content types are asked once, then remembered
    few = questions()
    for _ in range(2):
        signed_case()

    assert questions() == few


def test_the_bytes_of_stored_files_stay_in_the_database(browser: Client) -> None:
    stored = factories.smear(factories.case())
    row = StoredFile.objects.get(name=stored.image.name)
    for address in (page(StoredFile, "changelist"), page(StoredFile, "change", row)):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        assert not [query for query in asked.captured_queries if '"content"' in query["sql"]]


def test_a_row_is_found_by_its_id(browser: Client) -> None:
    first, second = factories.case(), factories.case()
    found = browser.get(page(Case, "changelist"), {"q": f" {second.pk} "}).context["cl"].result_list
    assert list(found) == [second]
    assert first not in found


def test_a_case_shows_the_state_that_people_see(browser: Client) -> None:
    case = signed_case()
    waiting = factories.case()
    text = browser.get(page(Case, "changelist")).content.decode()
    assert "awaiting images" in text
    assert "signed" in text
    assert "critical" in text
    assert "signed" in browser.get(page(Case, "change", case)).content.decode()
    assert "awaiting images" in browser.get(page(Case, "change", waiting)).content.decode()


def test_a_list_that_nobody_counts_offers_to_choose_from_its_page_only(browser: Client) -> None:
    factories.case()
    context = browser.get(page(Case, "changelist")).context
    assert context["cl"].result_count == 1
