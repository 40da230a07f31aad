import pytest

from diagnosis.choices import Decision, Finding, MarkKind, Statement
from diagnosis.errors import OpinionContradicts
from diagnosis.models import StageReport
from diagnosis.services import marks, opinions, reviews
from diagnosis.services.signed_reports import preview
from tests import factories


@pytest.mark.parametrize(
    ("statement", "finding", "decision"),
    [
        (Statement.FLAGGED, Finding.BLASTS_SUSPECTED, Decision.AGREE),
        (Statement.FLAGGED, Finding.NO_BLASTS_SEEN, Decision.CORRECT),
        (Statement.NOT_FLAGGED, Finding.NO_BLASTS_SEEN, Decision.AGREE),
        (Statement.NOT_FLAGGED, Finding.INDETERMINATE, Decision.CORRECT),
        (Statement.INSUFFICIENT, Finding.BLASTS_SUSPECTED, Decision.CORRECT),
        (Statement.INSUFFICIENT, Finding.NO_BLASTS_SEEN, Decision.CORRECT),
        (Statement.INSUFFICIENT, Finding.UNSUITABLE, Decision.AGREE),
        (Statement.UNAVAILABLE, Finding.INDETERMINATE, Decision.AGREE),
    ],
)
def test_what_a_blind_finding_makes_of_the_machines_part(statement, finding, decision):
    assert opinions.decision_of_blind(StageReport(statement=statement), finding) == decision


def test_blind_finding_agrees_with_no_answer_never():
    assert opinions.decision_of_blind(None, Finding.INDETERMINATE) == Decision.CORRECT


@pytest.fixture
def case():
    return factories.analysed_case(results=[factories.machine_result()] * 3)


def mark(case, reader, kind):
    return marks.mark_cell(cell=case.smears.get(number=1).analyses.get().cells.all()[0], by=reader, kind=kind)


def agree(case, reader):
    return reviews.decide(
        case=case,
        by=reader,
        decision=Decision.AGREE,
        finding=Finding.NO_BLASTS_SEEN,
        seen_stage_report=case.current_stage_report_id,
    )


@pytest.mark.django_db
def test_no_blasts_does_not_go_with_a_cell_that_its_reader_marked_as_a_blast(case, reader):
    mark(case, factories.specialist(case.clinic), MarkKind.BLAST)
    mark(case, reader, MarkKind.NOT_BLAST)
    agree(case, reader)
    mark(case, reader, MarkKind.BLAST)
    with pytest.raises(OpinionContradicts, match="marked as blasts"):
        agree(case, reader)
    mark(case, reader, MarkKind.NONE)
    agree(case, reader)


@pytest.mark.django_db
def test_cell_marked_between_the_opinion_and_its_signature_is_seen_too(case, reader):
    review = agree(case, reader)
    mark(case, reader, MarkKind.BLAST)
    _, seen = preview(review)
    with pytest.raises(OpinionContradicts):
        reviews.sign_off(review=review, by=reader, password=factories.PASSWORD, seen=seen)
    assert not case.reviews.exists()
