import dataclasses

import pytest

from diagnosis.selectors import telling_cells
from tests import factories

pytestmark = pytest.mark.django_db


def result(label, log_odds, *shares):
    cells = tuple(factories.found_cell(20 + 30 * n, 30, contribution=share) for n, share in enumerate(shares))
    return dataclasses.replace(factories.machine_result(label, log_odds=log_odds), cells=cells)


def told(case, count):
    return [(cell.analysis.smear.number, cell.number) for cell in telling_cells(case.current_stage_report, count=count)]


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
