import re
from datetime import timedelta

import pytest
from django.utils import timezone

from diagnosis.models import Analysis, Draft, Review
from diagnosis.services import analyses, intake
from tests import factories

pytestmark = pytest.mark.django_db

FORBIDDEN = re.compile(
    r"stage (I{1,3}|IV)\b|early-stage|\bhealthy\b|\bnormal\b|cancer-free|\bconfirmed\b|\b100(\.0+)? ?%|diagnosed with",
    re.IGNORECASE,
)
CLASSES = ("Benign (hematogones)", "Early pre-B", "Pre-B", "Pro-B")


@pytest.fixture
def case():
    return factories.analysed_case(results=[factories.machine_result("early") for _ in range(3)])


@pytest.fixture
def reader(case, client):
    user = factories.specialist(case.clinic)
    client.force_login(user)
    return user


def page_of(client, case):
    response = client.get(f"/cases/{case.pk}/review/")
    assert response.status_code == 200
    return response.content.decode()


def words_of(page):
    """Return what a reader sees, without the form, whose choices name every class."""
    page = re.sub(r"<form.*?</form>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.split("<main", 1)[1]))


def opinion(case, **facts):
    return {
        "decision": "agree",
        "finding": "blasts_suspected",
        "pattern_class": "early",
        "seen_stage_report": str(case.current_stage_report_id),
        **facts,
    }


def test_page_shows_the_machines_part_word_for_word(case, client, reader):
    words = words_of(page_of(client, case))
    assert factories.FLAGGED_SENTENCE in words
    assert "blast-suspect" in words
    assert "97.0 %" in words
    assert "Most similar to Early pre-B" in words


@pytest.mark.parametrize("outcome", ["abstained", "novel", "unsuitable"])
def test_image_without_a_class_names_none_and_shows_no_probability(client, outcome):
    case = factories.analysed_case(results=[factories.unanswered(outcome)])
    client.force_login(factories.specialist(case.clinic))
    words = words_of(page_of(client, case))
    assert not any(label in words for label in CLASSES)
    assert " %" not in words


def test_unsuitable_image_says_what_to_do(client):
    case = factories.analysed_case(results=[factories.unanswered("unsuitable")])
    client.force_login(factories.specialist(case.clinic))
    assert "Out of focus: refocus with the fine knob and retake." in words_of(page_of(client, case))


def test_prediction_set_is_said_as_what_cannot_be_excluded(client):
    case = factories.analysed_case(results=[factories.machine_result("early", prediction_set=["early", "pre"])])
    client.force_login(factories.specialist(case.clinic))
    assert "Cannot exclude: Pre-B." in words_of(page_of(client, case))


def test_nothing_is_certain_and_no_forbidden_word_is_printed(client):
    sure = {"benign": 0.0, "early": 1.0, "pre": 0.0, "pro": 0.0}
    results = [factories.machine_result("early", probabilities=sure, raw_probabilities=sure) for _ in range(3)]
    case = factories.analysed_case(results=results)
    client.force_login(factories.specialist(case.clinic))
    page = page_of(client, case)
    assert "&gt; 99.9 %" in page
    assert "&lt; 0.1 %" in page
    assert not FORBIDDEN.search(words_of(page))


def test_failed_analysis_gives_its_reason(client):
    case = factories.case()
    smear = factories.smear(case)
    now = timezone.now()
    for _ in range(analyses.MAX_ATTEMPTS):
        claim = analyses.claim(intake.newest_analysis(smear).pk, by="test", at=now)
        analyses.give_back(claim, code="engine_error", sentence="The engine stopped.", rule=factories.rule, at=now)
    client.force_login(factories.specialist(case.clinic))
    words = words_of(page_of(client, case))
    assert "Analysis failed" in words
    assert "The engine stopped." in words


def test_case_without_an_answer_is_read_all_the_same(client):
    long_ago = timezone.now() - timedelta(minutes=6)
    case = factories.case(at=long_ago)
    factories.smear(case, at=long_ago)
    client.force_login(factories.specialist(case.clinic))
    page = page_of(client, case)
    assert "analysis unavailable" in words_of(page)
    data = opinion(case, decision="correct", reasons="Read by eye.", seen_stage_report="")
    response = client.post(f"/cases/{case.pk}/review/", data)
    assert response["Location"] == f"/reviews/{Draft.objects.get().pk}/sign/"


def test_opinion_leads_to_the_signing_page(case, client, reader):
    response = client.post(f"/cases/{case.pk}/review/", opinion(case))
    draft = Draft.objects.get()
    assert response["Location"] == f"/reviews/{draft.pk}/sign/"
    assert (draft.by, draft.fields["decision"], draft.stage_report) == (reader, "agree", case.current_stage_report)
    assert not Review.objects.exists()


@pytest.mark.parametrize("decision", ["correct", "reject"])
def test_departing_without_reasons_keeps_what_was_typed(case, client, reader, decision):
    data = opinion(case, decision=decision, finding="indeterminate", comment="Call me.", blast_percentage="12.5")
    page = client.post(f"/cases/{case.pk}/review/", data).content.decode()
    assert "need their reasons in words" in page
    assert "Call me." in page
    assert 'value="12.5"' in page
    assert not Review.objects.exists()


def test_page_older_than_the_stage_report_says_so_and_keeps_what_was_typed(case, client, reader):
    data = opinion(case, decision="correct", reasons="Smudge cells.")
    factories.analyse(factories.smear(case), factories.machine_result("early"))
    case.refresh_from_db()
    page = client.post(f"/cases/{case.pk}/review/", data).content.decode()
    assert "The report changed since you opened this page." in page
    assert "Smudge cells." in page
    assert re.search(rf'name="seen_stage_report"\s+value="{case.current_stage_report_id}"', page)
    assert not Review.objects.exists()


def test_opinion_that_contradicts_itself_is_refused_in_words_and_kept(case, client, reader):
    facts = {"decision": "correct", "finding": "indeterminate", "pattern_class": "pro", "reasons": "Smudge cells."}
    page = client.post(f"/cases/{case.pk}/review/", opinion(case, **facts)).content.decode()
    assert "does not go with the pattern" in page
    assert "Smudge cells." in page
    assert '<option value="pro" selected>' in page
    assert not Review.objects.exists()


def test_agreeing_with_another_finding_is_refused_in_words(case, client, reader):
    page = client.post(
        f"/cases/{case.pk}/review/", opinion(case, finding="no_blasts_seen", pattern_class="")
    ).content.decode()
    assert "Choose Correct, and say why." in page
    assert not Review.objects.exists()


@pytest.mark.parametrize("percentage", ["101", "-1", "many"])
def test_blasts_are_a_percentage(case, client, reader, percentage):
    client.post(f"/cases/{case.pk}/review/", opinion(case, blast_percentage=percentage))
    assert not Review.objects.exists()


def test_who_submitted_the_case_sees_why_not_to_sign_it(case, client):
    case.submitted_by.memberships.create(clinic=case.clinic, role="specialist")
    client.force_login(case.submitted_by)
    page = page_of(client, case)
    assert "another specialist has to sign it" in page
    assert "Continue to signing" not in page
    client.post(f"/cases/{case.pk}/review/", opinion(case))
    assert not Review.objects.exists()


@pytest.mark.parametrize("role", ["submitter", "administrator"])
def test_only_specialists_review(case, client, role):
    client.force_login(factories.member(case.clinic, role))
    response = client.get(f"/cases/{case.pk}/review/")
    assert response.status_code == 403
    assert "Your role at this clinic does not include this." in response.content.decode()
    assert client.post(f"/cases/{case.pk}/review/", opinion(case)).status_code == 403
    assert client.get(f"/cases/{case.pk}/review/news/").status_code == 403


def test_outsiders_find_nothing(case, client):
    client.force_login(factories.outsider())
    smear = case.smears.first()
    assert client.get(f"/cases/{case.pk}/review/").status_code == 404
    assert client.get(f"/cases/{case.pk}/review/news/").status_code == 404
    assert client.post(f"/cases/{case.pk}/review/", opinion(case)).status_code == 404
    assert client.post(f"/smears/{smear.pk}/run-again/").status_code == 404


def test_running_again_makes_a_new_analysis_and_the_page_says_so(case, client, reader):
    smear = case.smears.first()
    response = client.post(f"/smears/{smear.pk}/run-again/", follow=True)
    assert Analysis.objects.filter(smear=smear).count() == 2
    page = response.content.decode()
    assert page.count("Image 1 is being analysed again.") == 1
    assert factories.FLAGGED_SENTENCE in page
    assert "being analysed again" in words_of(page)


def test_running_again_twice_is_refused_in_words(case, client, reader):
    smear = case.smears.first()
    client.post(f"/smears/{smear.pk}/run-again/")
    page = client.post(f"/smears/{smear.pk}/run-again/", follow=True).content.decode()
    assert "This smear is being analysed now." in page
    assert Analysis.objects.filter(smear=smear).count() == 2


def test_submitter_may_not_run_again(case, client):
    client.force_login(factories.submitter(case.clinic))
    assert client.post(f"/smears/{case.smears.first().pk}/run-again/").status_code == 403


def test_administrator_runs_again_and_lands_on_the_case(case, client):
    client.force_login(factories.administrator(case.clinic))
    response = client.post(f"/smears/{case.smears.first().pk}/run-again/")
    assert response["Location"] == f"/cases/{case.pk}/"


def test_news_counts_answers_and_says_when_the_page_is_old(case, client, reader):
    seen = case.current_stage_report_id
    more = factories.smear(case)
    counting = client.get(f"/cases/{case.pk}/review/news/", {"seen": seen}).content.decode()
    assert "answered 3 of 4 images" in counting
    assert "hx-get" in counting
    assert client.get(f"/cases/{case.pk}/review/news/", {"seen": seen, "answered": 3}).status_code == 204
    factories.analyse(more, factories.machine_result("early"))
    telling = client.get(f"/cases/{case.pk}/review/news/", {"seen": seen}).content.decode()
    assert "new since this page was opened" in telling
    assert "hx-get" not in telling


def test_earlier_cases_of_the_patient_are_linked(case, client, reader):
    other = factories.case(by=case.submitted_by, patient=case.patient)
    assert f'href="/cases/{other.pk}/review/"' in page_of(client, case)


def test_clinical_facts_are_shown(client):
    case = factories.case(haemoglobin="82.0", clinical_notes="Bruises.", stain="Wright-Giemsa")
    client.force_login(factories.specialist(case.clinic))
    words = words_of(page_of(client, case))
    assert "82.0 g/L" in words
    assert "Bruises." in words
    assert "Wright-Giemsa" in words
    assert "This case has no image yet" in words


def test_page_asks_the_database_as_often_for_many_images_as_for_few(client, django_assert_max_num_queries):
    case = factories.analysed_case(results=[factories.machine_result("early") for _ in range(8)])
    client.force_login(factories.specialist(case.clinic))
    with django_assert_max_num_queries(56):
        client.get(f"/cases/{case.pk}/review/")
