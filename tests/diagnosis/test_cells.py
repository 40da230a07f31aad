import dataclasses

import pytest

from diagnosis.choices import MarkKind
from diagnosis.models import Cell
from diagnosis.selectors import telling_cells
from diagnosis.services import marks
from tests import factories

pytestmark = pytest.mark.django_db


def result(label, log_odds, *shares):
    cells = tuple(factories.found_cell(20 + 30 * n, 30, contribution=share) for n, share in enumerate(shares))
    return dataclasses.replace(factories.machine_result(label, log_odds=log_odds), cells=cells)


def told(case, count, *, by=None):
    cells = telling_cells(case.current_stage_report, count=count, by=by)
    return [(cell.analysis.smear.number, cell.number) for cell, _ in cells]


def test_best_cell_of_each_image_comes_before_the_second_of_any():
    case = factories.analysed_case(
        results=[result("early", 3.0, 0.2, 0.8), result("early", 6.0, 0.5, 0.3), result("early", 4.0, 0.1, 0.6)]
    )
    assert case.current_stage_report.is_flagged
    assert told(case, 4) == [(2, 1), (3, 2), (1, 2), (2, 2)]


def test_images_without_the_flag_are_told_by_what_speaks_against_blasts():
    case = factories.analysed_case(
        results=[result("benign", -2.0, 0.5), result("benign", -6.0, 0.5), result("benign", -4.0, 0.5)]
    )
    assert told(case, 3) == [(2, 1), (3, 1), (1, 1)]


def test_image_without_a_class_tells_nothing():
    abstained = dataclasses.replace(factories.unanswered("abstained"), cells=(factories.found_cell(contribution=0.9),))
    case = factories.analysed_case(results=[result("early", 5.0, 0.4), result("early", 5.0, 0.4), abstained])
    assert {number for number, _ in told(case, 6)} == {1, 2}


def test_cell_without_a_share_tells_nothing():
    case = factories.analysed_case(results=[result("early", 5.0, 0.4, 0.0) for _ in range(3)])
    assert told(case, 6) == [(1, 1), (2, 1), (3, 1)]


def test_what_the_reader_marked_comes_first_or_not_at_all():
    results = [result("early", 5.0, 0.5, 0.2, 0.0), result("early", 6.0, 0.6, 0.3), result("early", 4.0, 0.4)]
    case = factories.analysed_case(results=results)
    reader, other = factories.specialist(case.clinic), factories.specialist(case.clinic)
    cells = {
        (cell.analysis.smear.number, cell.number): cell for cell in Cell.objects.filter(analysis__smear__case=case)
    }
    marks.mark_cell(cell=cells[1, 3], by=reader, kind=MarkKind.BLAST)
    marks.mark_cell(cell=cells[2, 1], by=reader, kind=MarkKind.ARTEFACT)
    marks.mark_cell(cell=cells[3, 1], by=reader, kind=MarkKind.ARTEFACT)
    marks.mark_cell(cell=cells[3, 1], by=reader, kind=MarkKind.NONE)
    marks.mark_cell(cell=cells[1, 1], by=other, kind=MarkKind.ARTEFACT)
    assert told(case, 6, by=reader) == [(1, 3), (2, 2), (1, 1), (3, 1), (1, 2)]
    assert told(case, 2) == [(2, 1), (1, 1)], "who did not read has no marks"


def test_blast_of_an_image_without_a_class_is_told_when_the_reader_marked_it():
    abstained = dataclasses.replace(factories.unanswered("abstained"), cells=(factories.found_cell(contribution=0.9),))
    case = factories.analysed_case(results=[result("early", 5.0, 0.4), abstained, result("early", 5.0, 0.4)])
    reader = factories.specialist(case.clinic)
    marks.mark_cell(cell=Cell.objects.get(analysis__smear__number=2), by=reader, kind=MarkKind.BLAST)
    assert told(case, 6, by=reader) == [(2, 1), (1, 1), (3, 1)]
