"""Nothing that is history can be changed in the admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.test import Client

from diagnosis.models import (
    Case,
)
from tests import factories
from tests.diagnosis.admin_pages import HISTORY, NEVER_ADDED_OR_DELETED, page, signed_case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model.__name__)
def test_history_can_be_read_but_not_added_changed_or_deleted(browser: Client, model: type[Model]) -> None:
    signed_case()
    row = model._default_manager.all()[0]

    read = browser.get(page(model, "change", row))

    assert read.status_code == 200
    assert not read.context["has_change_permission"]
    assert browser.get(page(model, "add")).status_code == 403
    assert browser.post(page(model, "add"), {}).status_code == 403
    assert browser.post(page(model, "change", row), {}).status_code == 403
    assert browser.get(page(model, "delete", row)).status_code == 403
    assert browser.post(page(model, "delete", row), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", NEVER_ADDED_OR_DELETED, ids=lambda model: model.__name__)
def test_no_list_offers_to_delete_what_is_kept(browser: Client, model: type[Model]) -> None:
    signed_case()
    row = model._default_manager.all()[0]
    chosen = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
    browser.post(page(model, "changelist"), chosen)
    assert model._default_manager.filter(pk=row.pk).exists()
    assert browser.get(page(model, "add")).status_code == 403


def test_the_course_of_a_case_cannot_be_changed_but_its_clinical_facts_can(browser: Client) -> None:
    case = factories.case()
    sent = {
        "accession": case.accession,
        "specimen": "marrow",
        "stain": "Giemsa",
        "status": "signed",
        "priority": "stat",
    }

    browser.post(page(Case, "change", case), sent)

    case.refresh_from_db()
    assert (case.specimen, case.stain) == ("marrow", "Giemsa")
    assert (case.status, case.priority) == ("open", "routine")
    assert LogEntry.objects.get().object_id == str(case.pk)


def test_the_facts_of_a_signed_case_cannot_be_changed(browser: Client) -> None:
    case = signed_case()
    answer = browser.post(page(Case, "change", case), {"accession": "X", "specimen": "marrow"})
    assert answer.status_code == 403
    case.refresh_from_db()
    assert case.specimen == "blood"
