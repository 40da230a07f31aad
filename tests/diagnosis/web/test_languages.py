"""The portal speaks the language that the reader chose; what a program reads stays English."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from diagnosis.templatetags.readings import percentage
from tests import factories

pytestmark = pytest.mark.django_db

PERSIAN = {"HTTP_ACCEPT_LANGUAGE": "fa-IR,fa;q=0.9,en;q=0.5"}
WORKLIST = "فهرست کار"


@pytest.fixture(autouse=True)
def english_afterwards():
    yield
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def reader():
    return factories.specialist(factories.ClinicFactory.create())


@pytest.fixture
def client(reader):
    client = Client()
    client.force_login(reader)
    return client


def root_of(page):
    return " ".join(re.search(r"<html[^>]*>", page.content.decode())[0].split())


def choose(client, language, **fields):
    return client.post(reverse("language"), {"language": language, **fields})


def test_page_speaks_as_the_browser_asks(client):
    assert root_of(client.get(reverse("worklist"))) == '<html lang="en" dir="ltr">'
    page = client.get(reverse("worklist"), **PERSIAN)
    assert root_of(page) == '<html lang="fa" dir="rtl">'
    assert WORKLIST in page.content.decode()


def test_language_that_is_not_spoken_becomes_english(client):
    page = client.get(reverse("worklist"), HTTP_ACCEPT_LANGUAGE="de")
    assert root_of(page) == '<html lang="en" dir="ltr">'


def test_choice_goes_back_to_the_page_and_holds_on_every_browser(client, reader):
    answer = choose(client, "fa", next=reverse("cases"))
    assert answer.url == reverse("cases")
    reader.refresh_from_db()
    assert reader.language == "fa"
    elsewhere = Client()
    elsewhere.force_login(reader)
    assert root_of(elsewhere.get(reverse("worklist"))) == '<html lang="fa" dir="rtl">'


def test_choice_before_signing_in_holds_in_this_browser():
    client = Client()
    choose(client, "fa", next=reverse("sign-in"))
    page = client.get(reverse("sign-in"))
    assert root_of(page) == '<html lang="fa" dir="rtl">'
    assert "نام کاربری" in page.content.decode()


def test_every_page_offers_the_other_languages_in_their_own_words(client):
    page = client.get(reverse("worklist")).content.decode()
    assert re.search(r'value="fa"\s+lang="fa">فارسی</button>', page)
    choose(client, "fa")
    page = client.get(reverse("worklist")).content.decode()
    assert re.search(r'value="en"\s+lang="en">English</button>', page)


@pytest.mark.parametrize("language", ["de", "", "fa-XX-nonsense"])
def test_language_that_there_is_not_is_not_remembered(client, reader, language):
    assert choose(client, language).status_code == 302
    reader.refresh_from_db()
    assert reader.language == ""


def test_choice_leads_to_no_other_site(client):
    assert choose(client, "fa", next="https://elsewhere.example/").url == "/"


def test_choice_is_no_link(client):
    assert client.get(reverse("language")).status_code == 405


def test_refusals_are_said_in_the_readers_language():
    client = Client()
    client.force_login(factories.administrator(factories.ClinicFactory.create()))
    choose(client, "fa")
    page = client.get(reverse("submit"))
    assert page.status_code == 403
    assert "نقش شما" in page.content.decode()
    assert "اینجا چیزی نیست" in client.get("/nowhere/").content.decode()


def test_page_that_broke_speaks_too(client, reader, monkeypatch):
    choose(client, "fa")
    monkeypatch.setattr("diagnosis.web.lists.selectors.worklist", lambda *_, **__: 1 / 0)
    client.raise_request_exception = False
    page = client.get(reverse("worklist"))
    assert page.status_code == 500
    assert root_of(page) == '<html lang="fa" dir="rtl">'


def test_page_of_an_old_form_speaks_too(reader):
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    page = client.post(reverse("sign-out"), **PERSIAN)
    assert page.status_code == 403
    assert root_of(page) == '<html lang="fa" dir="rtl">'


def test_scripts_get_their_words_by_the_address_and_not_by_the_reader(client):
    assert r"\u0633\u0644\u0648\u0644" in client.get(reverse("words", args=["fa"])).content.decode()
    english = client.get(reverse("words", args=["en"]), **PERSIAN)
    assert "u0633" not in english.content.decode()
    assert set(english["Cache-Control"].split(", ")) == {"max-age=600", "private"}


def test_api_answers_in_english_whatever_is_asked(client, reader):
    reader.language = "fa"
    reader.save()
    answer = client.get("/api/v1/cases/00000000-0000-0000-0000-000000000000/", **PERSIAN)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["detail"].startswith("There is nothing here")


def test_binding_english_stands_beneath_its_translation(client, reader):
    clinic = reader.memberships.get().clinic
    case = factories.analysed_case(
        by=factories.submitter(clinic), results=[factories.machine_result("early", cells=20) for _ in range(3)]
    )
    english = case.current_stage_report.sentence
    address = reverse("case", args=[case.pk])
    assert english == factories.FLAGGED_SENTENCE
    assert 'class="binding"' not in client.get(address).content.decode()
    choose(client, "fa")
    page = client.get(address).content.decode()
    assert "شک به سلول‌های لنفوئید شبه‌بلاست" in page
    assert re.search(rf'<span class="binding" lang="en" dir="ltr">{re.escape(english)}</span>', page)


def test_measure_keeps_its_sign_first_in_a_sentence_from_right_to_left():
    assert percentage(0.9999) == "> 99.9 %"
    with translation.override("fa"):
        assert percentage(0.9999) == "\u2066> 99.9 %\u2069"
        assert percentage(None) == ""
