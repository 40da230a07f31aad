import json
import re

import pytest
from django.utils import timezone

from diagnosis.models import Case, Draft, Question
from diagnosis.services import holding
from tests import factories

pytestmark = pytest.mark.django_db


def put(client, case, revision=0, **fields):
    seen = str(case.current_stage_report_id)
    sent = json.dumps({"revision": revision, "seen_stage_report": seen, "fields": fields})
    return client.put(f"/cases/{case.pk}/draft/", sent, headers={"Accept": "application/json"})


def test_draft_is_restored_when_the_page_is_opened(case, client, reader):
    assert put(client, case, decision="correct", finding="indeterminate", comment="Call me.").json()["revision"] == 1
    page = client.get(f"/cases/{case.pk}/review/").content.decode()
    assert "Call me.</textarea>" in page
    assert 'name="revision" value="1"' in page
    chosen = re.findall(r'value="(\w+)"[^>]* checked', page)
    assert chosen == ["correct", "indeterminate"]


def test_other_tab_is_told(case, client, reader):
    put(client, case, comment="one")
    answer = put(client, case, comment="two")
    assert (answer.status_code, answer.json()["code"]) == (409, "draft_changed")
    assert "another tab" in answer.json()["sentence"]


def test_form_from_an_old_tab_says_so_and_is_taken_when_sent_again(case, client, reader):
    put(client, case, comment="one")
    put(client, case, 1, comment="two")
    data = {"decision": "agree", "finding": "no_blasts_seen", "comment": "old tab", "revision": "1"}
    data["seen_stage_report"] = case.current_stage_report_id
    page = client.post(f"/cases/{case.pk}/review/", data).content.decode()
    assert "another tab" in page
    assert "old tab</textarea>" in page
    assert client.post(f"/cases/{case.pk}/review/", {**data, "revision": "2"}).status_code == 302
    assert Draft.objects.get().fields["comment"] == "old tab"


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"revision": "x", "seen_stage_report": "", "fields": {}}'])
def test_rubbish_is_refused(case, client, reader, body):
    answer = client.put(f"/cases/{case.pk}/draft/", body, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_script_that_is_signed_out_is_told_so(case, client):
    assert put(client, case, comment="x").status_code == 401


def test_typing_keeps_the_case_held(case, client, reader):
    client.get(f"/cases/{case.pk}/review/")
    until = Case.objects.get().held_until
    put(client, case, comment="x")
    assert Case.objects.get().held_until > until


def test_case_that_a_colleague_holds_says_who_and_takes_no_signature(case, client, reader):
    colleague = factories.specialist(case.clinic, last_name="Okafor")
    holding.hold(case=case, by=colleague)
    page = client.get(f"/cases/{case.pk}/review/").content.decode()
    assert "Okafor" in page
    assert Case.objects.get().held_by == colleague


def test_opening_holds_only_what_can_be_read(case, client, reader):
    case.submitted_by.memberships.create(clinic=case.clinic, role="specialist")
    client.force_login(case.submitted_by)
    client.get(f"/cases/{case.pk}/review/")
    assert not holding.is_held(Case.objects.get(), at=timezone.now())


def test_question_is_asked_and_shown(case, client, reader):
    page = client.post(f"/cases/{case.pk}/questions/", {"question": "Before treatment?"}, follow=True).content.decode()
    assert "The question is with the clinic." in page
    assert "Before treatment?" in page
    assert "not answered yet" in page


def test_question_without_words_is_refused_in_words(case, client, reader):
    page = client.post(f"/cases/{case.pk}/questions/", {"question": " "}, follow=True).content.decode()
    assert "Write the question that the clinic should answer." in page
    assert not Question.objects.exists()


def test_opinion_sent_while_signed_out_goes_on_after_the_sign_in(case, client, reader):
    seen = str(case.current_stage_report_id)
    data = {"decision": "agree", "finding": "no_blasts_seen", "comment": "Kept & sound.", "seen_stage_report": seen}
    client.logout()
    page = client.post(f"/cases/{case.pk}/review/", {**data, "csrfmiddlewaretoken": "x"})
    kept = page.context["sent"]
    assert "csrfmiddlewaretoken" not in kept
    signing_in = {"username": reader.username, "next": f"/cases/{case.pk}/review/", "sent": kept}
    wrong = client.post("/sign-in/", {**signing_in, "password": "guess"})
    assert wrong.context["sent"] == kept
    page = client.post("/sign-in/", {**signing_in, "password": factories.PASSWORD})
    assert page.context["address"] == f"/cases/{case.pk}/review/"
    assert dict(page.context["fields"]) == data
    assert client.post(page.context["address"], dict(page.context["fields"])).status_code == 302


def test_what_one_person_typed_never_goes_on_under_another_name(case, client, reader):
    colleague = factories.specialist(case.clinic)
    client.logout()
    client.post("/sign-in/", {"username": reader.username, "password": factories.PASSWORD})
    client.post("/sign-out/")
    kept = client.post(f"/cases/{case.pk}/review/", {"finding": "blasts_suspected", "reasons": "Mine."}).context["sent"]
    facts = {"username": colleague.username, "password": factories.PASSWORD, "next": f"/cases/{case.pk}/review/"}
    answer = client.post("/sign-in/", {**facts, "sent": kept}, follow=True)
    assert "was not carried over" in answer.content.decode()
    assert "Mine." not in answer.content.decode()


def test_button_pressed_while_signed_out_goes_on_too(case, client):
    doctor = case.submitted_by
    page = client.post(f"/cases/{case.pk}/withdraw/")
    assert page.context["is_sent"]
    facts = {"username": doctor.username, "password": factories.PASSWORD, "next": page.context["next"], "sent": ""}
    page = client.post("/sign-in/", facts)
    assert client.post(page.context["address"], dict(page.context["fields"])).status_code == 302
    case.refresh_from_db()
    assert case.status == "withdrawn"


def test_what_was_sent_signed_out_goes_to_no_other_site(case, client, reader):
    facts = {"username": reader.username, "password": factories.PASSWORD, "next": "https://evil.example/"}
    client.logout()
    assert client.post("/sign-in/", {**facts, "sent": "comment=x"})["Location"] == "/"
