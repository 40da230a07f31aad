import pytest
from django.urls import reverse

from diagnosis.models import SavedView
from diagnosis.services import saved_views
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    reader = factories.specialist(factories.ClinicFactory.create())
    client.force_login(reader)
    return reader


def save(client, name="Mine", query="is_critical=true&held_by=me", of="worklist"):
    return client.post(reverse("save-view"), {"list": of, "name": name, "query": query}, follow=True)


def test_filter_is_kept_under_a_name_and_offered_again(client, reader):
    saved = save(client)
    assert saved.redirect_chain[0][0] == reverse("worklist") + "?held_by=me&is_critical=true"
    page = client.get(reverse("worklist")).content.decode()
    assert "<bdi>Mine</bdi>" in page
    assert 'href="?held_by=me&amp;is_critical=true"' in page
    assert "<bdi>Mine</bdi>" not in client.get(reverse("cases")).content.decode()


def test_same_name_stands_for_the_newer_filter(client, reader):
    save(client)
    save(client, query="priority=stat")
    assert SavedView.objects.get().query == "priority=stat"


def test_what_may_name_a_patient_is_not_kept(client, reader):
    patient = "accession=A-1&patient=0&after=x"
    save(client, query=f"q=K-77&{patient}&priority=stat")
    assert SavedView.objects.get().query == "priority=stat"
    assert "Choose a filter first" in save(client, name="Only a search", query="q=K-77").content.decode()
    assert SavedView.objects.count() == 1


def test_view_needs_a_name(client, reader):
    assert "Give the view a name" in save(client, name="  ").content.decode()
    assert not SavedView.objects.exists()


def test_there_are_as_many_views_as_fit(client, reader, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    save(client)
    assert "You have 1 saved views" in save(client, name="Another").content.decode()
    assert SavedView.objects.count() == 1


def test_view_is_deleted_by_its_owner_alone(client, reader):
    save(client)
    view = SavedView.objects.get()
    client.force_login(factories.specialist(factories.ClinicFactory.create()))
    assert client.post(reverse("delete-view", args=[view.pk])).status_code == 404
    client.force_login(reader)
    deleted = client.post(reverse("delete-view", args=[view.pk]), follow=True)
    assert "“Mine” is deleted." in deleted.content.decode()
    assert not SavedView.objects.exists()
