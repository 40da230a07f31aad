"""A report names every reading that it rests on, and says of each blast count what it is worth."""

import pytest

from diagnosis.choices import Finding
from diagnosis.models import Case
from diagnosis.rendering.pdf import report_pdf
from diagnosis.rendering.sheet import sheet
from diagnosis.services import reviews
from diagnosis.services.report_content import compose
from tests import factories
from tests.diagnosis.rendering.report_contents import words
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db

WORTH = "5 of 9 cells: 56 % (95 % interval 27 to 81 %). Too few for a percentage that others rely on"


@pytest.fixture
def readers(clinic):
    return [factories.specialist(clinic) for _ in range(4)]


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def case(clinic, readers):
    """A case with two readings that differ."""
    case = factories.analysed_case(clinic=clinic)
    counted = {"blast_percentage": 55.6, "tally": {"blast": 5, "lymphocyte": 4}}
    commit(case, readers[0], Finding.BLASTS_SUSPECTED, asks_colleague=True, **counted)
    commit(case, readers[1], Finding.NO_BLASTS_SEEN)
    return case


def commit(case, by, finding, *, asks_colleague=False, **facts):
    case.refresh_from_db()
    opinion = {"decision": "correct", "reasons": "Seen by eye.", "seen_stage_report": case.current_stage_report_id}
    review = reviews.decide(case=case, by=by, finding=finding, **{**opinion, **facts})
    reviews.commit(review=review, by=by, asks_colleague=asks_colleague)


def test_blast_count_of_another_reading_says_what_it_is_worth(case, readers):
    content = sign(case, by=readers[2]).content
    first, second, adjudication = sheet(content)["readings"]
    assert "Blasts per 100 leukocytes: 55.6" in first["finding"]
    assert first["blast_count"].startswith(WORTH)
    assert (second["blast_count"], adjudication["blast_count"]) == ("", "")
    assert WORTH in words(report_pdf(content))


def test_page_of_the_report_says_it_too(case, readers, client):
    sign(case, by=readers[2])
    client.force_login(case.submitted_by)
    assert WORTH in client.get(f"/cases/{case.pk}/report/").content.decode()


def test_adjudicator_is_told_what_the_blast_count_of_a_reading_is_worth(case, readers, client):
    client.force_login(readers[2])
    assert WORTH in client.get(f"/cases/{case.pk}/review/").content.decode()


def test_amended_blast_count_stands_beside_what_it_rested_on():
    case = factories.analysed_case(results=[factories.machine_result("early")] * 3)
    reader = factories.specialist(case.clinic)
    sign(case, by=reader, blast_percentage=55.6, tally={"blast": 5, "lymphocyte": 4})
    amended = sign(case, by=reader, blast_percentage=60, amendment_reason="Counted again.")
    line = sheet(amended.content)["amends"][-1]
    assert f"from “55.6 · {WORTH}" in line
    assert "to “60.0 · How many cells were counted is not stated.”" in line


def test_amended_report_keeps_the_readings_of_its_first_version(case, readers):
    first = sign(case, by=readers[2])
    amended = sign(case, by=readers[3], reasons="Seen again.", amendment_reason="A word was misspelt.")
    again = sign(case, by=readers[2], finding="indeterminate", amendment_reason="Flow cytometry arrived.")
    told = [reading["name"] for reading in first.content["readings"]]
    assert told == [reader.signature_name for reader in readers[:3]]
    assert first.content["readings_of"] is None
    assert sheet(first.content)["readings_title"] == "Readings"
    for later in (amended, again):
        assert later.content["readings"] == first.content["readings"]
        assert sheet(later.content)["readings_title"] == "Readings that led to version 1"
    assert "Readings that led to version 1" in words(report_pdf(again.content))


def test_amendment_of_a_case_that_was_read_once_names_no_readings():
    case = factories.analysed_case(results=[factories.machine_result("early")] * 3)
    reader, colleague = factories.specialist(case.clinic), factories.specialist(case.clinic)
    sign(case, by=reader)
    assert sign(case, by=colleague, amendment_reason="Read again.").content["readings"] == []


def test_draft_of_an_amendment_shows_the_readings_before_it_is_signed(case, readers):
    first = sign(case, by=readers[2])
    review = reviews.decide(
        case=Case.objects.get(pk=case.pk),
        by=readers[3],
        finding=Finding.BLASTS_SUSPECTED,
        decision="correct",
        reasons="Seen again.",
        seen_stage_report=case.current_stage_report_id,
    )
    assert compose(review.case, review=review)["readings"] == first.content["readings"]
