"""Asking one colleague for a second reading, on the page where the opinion is committed."""

import pytest

from diagnosis.models import Draft, ReadingRequest
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, clinic):
    """The page on which a reader is about to ask, and whom it offers."""
    case = factories.analysed_case(clinic=clinic)
    client.force_login(factories.specialist(clinic))
    typed = {"decision": "agree", "finding": "no_blasts_seen", "then": "ask-a-colleague"}
    typed["seen_stage_report"] = case.current_stage_report_id
    return client.post(f"/cases/{case.pk}/review/", typed, follow=True)


def commit(client, page, name):
    sent = {"seen": page.context["seen"], "then": "ask-a-colleague", "asked_of": name}
    return client.post(f"/reviews/{Draft.objects.get().pk}/commit/", sent, follow=True)


@pytest.fixture
def colleague(clinic):
    return factories.specialist(clinic, first_name="Bea", last_name="Ortega")


def test_reader_chooses_one_colleague_or_anybody(client, colleague, page):
    assert "Any other specialist of the clinic" in page.content.decode()
    assert [user.username for user in page.context["to_ask"]] == [colleague.username]
    commit(client, page, colleague.username)
    assert ReadingRequest.objects.get().asked_of == colleague


def test_without_a_name_anybody_is_asked(client, colleague, page):
    commit(client, page, "")
    assert ReadingRequest.objects.get().asked_of is None


@pytest.mark.parametrize("name", ["nobody", "outsider"])
def test_name_that_is_not_offered_is_refused_in_words(client, colleague, page, name):
    factories.specialist(factories.ClinicFactory.create(), username="outsider")
    assert "Choose another" in commit(client, page, name).content.decode()
    assert not ReadingRequest.objects.exists()
