"""What a reader learns before typing an opinion and a password: who holds the case, who signed it, who withdrew it."""

import json
import re

import pytest
from django.urls import reverse

from diagnosis.models import SignedReport
from diagnosis.services import drafts, holding, intake, reviews
from tests import factories
from tests.diagnosis.services.review_cases import decide, sign

pytestmark = pytest.mark.django_db
OPINION = {"decision": "correct", "finding": "blasts_suspected", "reasons": "Scant cytoplasm."}


@pytest.fixture
def case(clinic):
    return factories.analysed_case(clinic=clinic, results=[factories.machine_result("early") for _ in range(3)])


@pytest.fixture
def colleague(clinic):
    return factories.specialist(clinic, first_name="Kari", last_name="Solheim")


def write(case, by, revision=0):
    seen = case.current_stage_report_id
    return drafts.save(case=case, by=by, fields=OPINION, revision=revision, seen_stage_report=seen)


def decided(case, by):
    draft = write(case, by)
    return decide(case, by, draft=draft, **OPINION)


def opinion_of(client, case):
    page = client.get(f"/cases/{case.pk}/review/").text
    return page[page.index('id="opinion"') : page.index('name="decision"')]


def test_who_holds_the_case_is_said_above_the_opinion(case, client, reader, colleague):
    hidden = re.compile(r"data-held-elsewhere\s+hidden")
    assert hidden.search(opinion_of(client, case))
    holding.take_over(case=case, by=colleague)
    shown = opinion_of(client, case)
    assert "Kari Solheim has had this case since" in shown
    assert not hidden.search(shown)
    assert reverse("take-over", args=[case.pk]) in shown


def test_reader_whose_case_is_taken_over_hears_it_while_typing(case, client, reader, colleague):
    def typed(revision):
        sent = {"revision": revision, "fields": OPINION, "seen_stage_report": str(case.current_stage_report_id)}
        return client.put(f"/cases/{case.pk}/draft/", json.dumps(sent), content_type="application/json").json()

    client.get(f"/cases/{case.pk}/review/")
    assert typed(0)["held_elsewhere"] == ""
    holding.take_over(case=case, by=colleague)
    assert typed(1)["held_elsewhere"].startswith("Kari Solheim has had this case since")


@pytest.mark.parametrize("route", ["sign", "commit"])
def test_signing_page_says_who_holds_the_case_before_a_password_is_typed(case, client, reader, colleague, route):
    back = reverse(route, args=[write(case, reader).pk])
    address = back + ("?then=ask-a-colleague" if route == "commit" else "")
    holding.hold(case=case, by=colleague)
    page = client.get(address).text
    assert "Kari Solheim has had this case since" in page
    assert 'name="password"' not in page
    assert "Commit this opinion" not in page
    take_over = reverse("take-over", args=[case.pk])
    assert f"{take_over}?back={back}" in page
    assert client.post(take_over, {"back": back})["Location"] == back
    assert "Kari Solheim has had this case" not in client.get(address).text


def test_taking_over_leads_nowhere_else(case, client, reader, colleague):
    holding.hold(case=case, by=colleague)
    answer = client.post(reverse("take-over", args=[case.pk]), {"back": "https://elsewhere.example/"})
    assert answer["Location"] == f"/cases/{case.pk}/review/"


def test_case_that_was_withdrawn_is_not_signed_and_the_reader_is_told_in_their_own_terms(case, client, reader):
    review = reviews.commit(review=decided(case, reader), by=reader)
    intake.withdraw(case=case, by=case.submitted_by)
    for answer in (
        client.get(f"/reviews/{review.pk}/sign/"),
        client.post(f"/reviews/{review.pk}/sign/", {"seen": "0" * 64, "password": factories.PASSWORD}),
    ):
        assert "The clinic withdrew this case, so there is nothing left to commit or sign." in answer.text
        assert "Open a new case" not in answer.text
        assert 'name="password"' not in answer.text
    assert not SignedReport.objects.exists()


def test_draft_on_a_case_that_was_withdrawn_leads_back_with_the_same_words(case, client, reader):
    draft = write(case, reader)
    intake.withdraw(case=case, by=case.submitted_by)
    page = client.post(f"/reviews/{draft.pk}/sign/", {"seen": "0" * 64, "password": factories.PASSWORD}, follow=True)
    assert "The clinic withdrew this case, so there is nothing left to commit or sign." in page.text
    assert "Open a new case" not in page.text


def test_opinion_older_than_a_colleagues_signature_asks_for_no_password(case, client, reader, colleague):
    own = write(case, reader)
    sign(decided(case, colleague), colleague)
    page = client.get(f"/reviews/{own.pk}/sign/").text
    assert "Kari Solheim signed this case after you wrote this opinion: version 1 stands." in page
    assert f'href="/cases/{case.pk}/report/"' in page
    assert 'name="password"' not in page


def test_form_of_a_second_tab_says_that_the_reader_signed_in_the_first(case, client, reader):
    sign(decided(case, reader), reader)
    sent = {**OPINION, "revision": "1", "seen_stage_report": str(case.current_stage_report_id)}
    page = client.post(f"/cases/{case.pk}/review/", sent).text
    assert "You signed this case in another tab: version 1 stands." in page
    assert "Scant cytoplasm." in page
