import pytest
from django.urls import reverse

from diagnosis.choices import Act
from diagnosis.models import AuditRecord
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "start"), [("submitter", "cases"), ("specialist", "worklist"), ("administrator", "cases")]
)
def test_each_role_starts_at_its_own_page(client, clinic, role, start):
    user = factories.member(clinic, role)
    answer = client.post(reverse("sign-in"), {"username": user.username, "password": factories.PASSWORD}, follow=True)
    assert answer.redirect_chain[-1] == (reverse(start), 302)
    assert AuditRecord.objects.get(act=Act.SIGNED_IN).by == user


def test_wrong_password_and_unknown_name_get_the_same_sentence(client, clinic):
    user = factories.submitter(clinic)
    answers = [
        client.post(reverse("sign-in"), {"username": name, "password": "wrong"}).content.decode()
        for name in (user.username, "nobody")
    ]
    for answer in answers:
        assert "The user name and the password do not belong together." in answer
    assert f'value="{user.username}"' in answers[0]
    assert not AuditRecord.objects.filter(act=Act.SIGNED_IN).exists()


def test_sign_in_leads_back_to_the_page_that_was_asked_for(client, clinic):
    user = factories.submitter(clinic)
    asked = client.get(reverse("submit"))
    answer = client.post(asked.url, {"username": user.username, "password": factories.PASSWORD, "next": "/cases/new/"})
    assert answer.url == reverse("submit")


def test_part_of_a_page_sends_the_whole_page_to_sign_in(client):
    answer = client.get(
        reverse("worklist"), headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/worklist/?q=7"}
    )
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=/worklist/%3Fq%3D7"


@pytest.mark.parametrize("route", ["hold", "release"])
def test_button_of_a_part_that_is_pressed_while_signed_out_is_not_taken_for_done(client, clinic, route):
    case = factories.case(clinic=clinic)
    answer = client.post(reverse(route, args=[case.pk]), headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


def test_script_that_is_signed_out_is_told_so(client, clinic):
    case = factories.case(clinic=clinic)
    answer = client.post(reverse("upload", args=[case.pk]), headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert "Sign in in another tab" in answer.json()["sentence"]


def test_navigation_shows_what_the_role_opens(client, clinic):
    shown = {}
    for role in ("submitter", "specialist", "administrator"):
        client.force_login(factories.member(clinic, role))
        page = client.get(reverse("cases")).content.decode()
        shown[role] = [route for route in ("worklist", "cases", "submit") if f'<a href="{reverse(route)}"' in page]
    assert shown == {
        "submitter": ["cases", "submit"],
        "specialist": ["worklist", "cases", "submit"],
        "administrator": ["cases"],
    }
