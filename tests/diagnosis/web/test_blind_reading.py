"""What the portal's pages show to a specialist who reads blind, before and after the opinion is committed."""

import re

import pytest

from diagnosis.choices import ReadingKind
from diagnosis.models import ReadingRequest, Review, SignedReport
from diagnosis.services import reviews
from tests import factories

pytestmark = pytest.mark.django_db

# What gives the machine's result away, wherever it stands on a page.
TELLING = (factories.FLAGGED_SENTENCE, "blast-suspect", "Most similar to", "97.0", "activation/", "Log-odds")


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(reads_blind=True)


@pytest.fixture
def case(clinic):
    return factories.analysed_case(clinic=clinic, results=[factories.machine_result("early") for _ in range(3)])


def told(page):
    """Return which of the telling words a page holds outside its timeline, which names acts and no result."""
    return [words for words in TELLING if words in page]


def page_of(client, case, address="review/"):
    return client.get(f"/cases/{case.pk}/{address}").content.decode()


def send(client, case, **facts):
    """Send an opinion; the page on which it is read over before it is committed follows."""
    data = {"finding": "blasts_suspected", "pattern_class": "early", **facts}
    return client.post(f"/cases/{case.pk}/review/", data, follow=True)


def press_commit(client, asked):
    """Commit what the page shows that was asked for."""
    page = asked.content.decode()
    data = {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in ("seen", "then")}
    return client.post(asked.request["PATH_INFO"], data, follow=True)


def commit(client, case, **facts):
    return press_commit(client, send(client, case, **facts))


def test_page_hides_the_machine_and_keeps_the_critical_mark(case, client, reader):
    page = page_of(client, case)
    assert told(page) == []
    assert "This clinic reads blind" in page
    assert 'name="decision"' not in page
    assert '<span class="pill critical">critical</span>' in page


def test_image_that_is_unlike_the_training_images_looks_like_any_other(clinic, client, reader):
    results = [factories.machine_result("early"), factories.unanswered("novel"), factories.unanswered("abstained")]
    case = factories.analysed_case(clinic=clinic, results=results)
    page = page_of(client, case, "")
    assert "Unlike the training images" not in page
    assert "gives this image no class" not in page
    assert page.count(">Analysed</span>") == len(results)
    assert "<dt>timings</dt>" not in page_of(client, case)


def test_other_pages_hide_it_too(case, client, reader):
    for address in ("/worklist/", "/cases/", f"/cases/{case.pk}/", f"/cases/{case.pk}/report/"):
        assert told(client.get(address).content.decode()) == [], address
    for address in ("report/", "report/pdf/"):
        assert client.get(f"/cases/{case.pk}/{address}").status_code == 403


def test_committed_opinion_stands_beside_the_machines_and_is_signed(case, client, reader):
    page = commit(client, case).content.decode()
    assert factories.FLAGGED_SENTENCE in page
    review = Review.objects.get()
    assert (review.is_blind, review.decision, review.reviewer) == (True, "agree", reader)
    assert f'href="/reviews/{review.pk}/sign/"' in page
    assert 'name="password"' in client.get(f"/reviews/{review.pk}/sign/").content.decode()


def test_nothing_is_committed_before_it_was_read_over(case, client, reader):
    asked = send(client, case, comment="Please send marrow.")
    page = asked.content.decode()
    for words in ("Commit your opinion on", "Blasts suspected", "Early pre-B", "Please send marrow.", "taken back"):
        assert words in page
    assert told(page) == []
    assert not Review.objects.exists()


def test_opinion_that_was_changed_in_another_tab_is_read_over_again(case, client, reader):
    asked = send(client, case)
    send(client, case, finding="indeterminate", pattern_class="")
    page = press_commit(client, asked).content.decode()
    assert "The report changed since you opened this page." in page
    assert "Indeterminate" in page
    assert not Review.objects.exists()


def test_committing_twice_leads_back_to_the_case(case, client, reader):
    asked = send(client, case)
    press_commit(client, asked)
    assert press_commit(client, asked).redirect_chain == [(f"/cases/{case.pk}/review/", 302)]
    assert Review.objects.count() == 1


def test_opinion_that_was_sent_signed_out_is_not_committed_by_the_sign_in(case, client, reader):
    asked = send(client, case)
    client.logout()
    assert "What you sent is kept" in press_commit(client, asked).content.decode()
    assert not Review.objects.exists()


def test_opinion_that_turns_out_to_differ_needs_its_reasons_before_it_is_signed(case, client, reader):
    page = commit(client, case, finding="no_blasts_seen", pattern_class="").content.decode()
    blind = Review.objects.get()
    assert "Your blind opinion differs from the machine" in page
    assert f'href="/reviews/{blind.pk}/sign/"' not in page
    data = {"decision": "correct", "finding": "no_blasts_seen", "reasons": "Hematogones, by texture."}
    data["seen_stage_report"] = case.current_stage_report_id
    response = client.post(f"/cases/{case.pk}/review/", data)
    assert response["Location"].endswith("/sign/")
    assert list(Review.objects.all()) == [blind], "the later opinion is stored with its signature"


def test_draft_cannot_be_signed_before_it_is_committed(case, client, reader):
    client.put(
        f"/cases/{case.pk}/draft/",
        '{"revision": 0, "seen_stage_report": "", "fields": {"finding": "blasts_suspected"}}',
        headers={"Accept": "application/json"},
    )
    page = client.get(f"/reviews/{reader.drafts.get().pk}/sign/", follow=True).content.decode()
    assert told(page) == []


def read_first(case, first):
    opinion = reviews.decide(
        case=case,
        by=first,
        decision="agree",
        finding="no_blasts_seen",
        comment="Typical hematogones.",
        seen_stage_report=case.current_stage_report_id,
    )
    reviews.sign_off(review=opinion, by=first, password=factories.PASSWORD, seen=reviews.preview(opinion)[1])


def test_second_reader_sees_neither_the_machine_nor_the_first_opinion(client):
    clinic = factories.ClinicFactory.create(second_reading_share=100)
    case = factories.analysed_case(clinic=clinic)
    first, second, third = (factories.specialist(clinic, last_name=name) for name in ("Okafor", "Lindqvist", "Sato"))
    read_first(case, first)

    client.force_login(second)
    for address in ("review/", ""):
        page = page_of(client, case, address)
        assert "Typical hematogones." not in page
        assert factories.NOT_FLAGGED_SENTENCE not in page
    assert "A second reading" in page_of(client, case)
    response = commit(client, case, finding="indeterminate", pattern_class="")
    assert "a third specialist reads both and signs" in response.content.decode()

    client.force_login(first)
    assert "A specialist who has given neither" in page_of(client, case)

    client.force_login(third)
    page = page_of(client, case)
    assert "Indeterminate" in page
    assert "Okafor" in page
    assert factories.NOT_FLAGGED_SENTENCE in page
    assert ReadingRequest.objects.filter(kind=ReadingKind.ADJUDICATION).exists()
    assert not SignedReport.objects.exists()


def test_adjudicator_sees_the_blast_count_the_reasons_and_the_comment_of_each_opinion(client):
    case = factories.analysed_case(clinic=factories.ClinicFactory.create(second_reading_share=100))
    first, second, third = (factories.specialist(case.clinic) for _ in range(3))
    read_first(case, first)
    client.force_login(second)
    commit(client, case, pattern_class="pre", blast_percentage="60", reasons="Fine chromatin.", comment="Send EDTA.")
    client.force_login(third)
    table = re.search(r'<table class="readings">.*?</table>', page_of(client, case), re.DOTALL).group()
    said = " ".join(re.sub(r"<[^>]*>", " ", table).split())
    assert "Comment for the submitting doctor: Typical hematogones." in said
    counted = "Blasts per 100 leukocytes: 60.0 How many cells were counted is not stated."
    assert f"{counted} Reasons: Fine chromatin. Comment for the submitting doctor: Send EDTA." in said


def test_page_says_when_nobody_is_left_to_read(client):
    clinic = factories.ClinicFactory.create()
    case = factories.analysed_case(clinic=clinic)
    reader = factories.specialist(clinic)
    client.force_login(reader)
    data = {"decision": "agree", "finding": "no_blasts_seen", "then": "ask-a-colleague"}
    data["seen_stage_report"] = case.current_stage_report_id
    asked = client.post(f"/cases/{case.pk}/review/", data, follow=True)
    assert "another specialist reads the case without seeing it" in asked.content.decode()
    assert not ReadingRequest.objects.exists()
    press_commit(client, asked)
    assert ReadingRequest.objects.get().asked_by == reader
    assert "No specialist of this clinic may do the next reading" in page_of(client, case)
