"""What a blast count is worth is said beside it: cells, interval, and whether others may rely on it."""

from decimal import Decimal

import pytest

from diagnosis.choices import Specimen
from diagnosis.services import blast_count, reviews
from tests import factories
from tests.diagnosis.services.review_cases import decide, sign

TEN = {"blast": 3, "lymphocyte": 7, "erythroblast": 40}


def test_ten_cells_are_too_few_and_erythroblasts_are_not_among_them():
    said = blast_count.said(TEN, Decimal("30.0"), Specimen.BLOOD)
    assert said.startswith("3 of 10 cells: 30 % (95 % interval 11 to 60 %). Too few for a percentage")
    assert said.endswith("count at least 100.")


@pytest.mark.parametrize(
    ("specimen", "counted", "warning"),
    [
        (Specimen.BLOOD, 99, "count at least 100"),
        (Specimen.BLOOD, 100, "else count 200"),
        (Specimen.BLOOD, 200, ""),
        (Specimen.MARROW, 499, "count at least 500"),
        (Specimen.MARROW, 500, ""),
    ],
)
def test_as_many_cells_as_the_specimen_asks_for_need_no_warning(specimen, counted, warning):
    said = blast_count.said({"blast": 1, "lymphocyte": counted - 1}, None, specimen)
    assert warning in said
    assert said.endswith(" %).") == (not warning)


def test_a_percentage_that_was_typed_says_that_no_count_is_known():
    assert blast_count.said(None, Decimal(12), Specimen.BLOOD) == "How many cells were counted is not stated."
    assert blast_count.said(None, None, Specimen.BLOOD) == ""


@pytest.mark.django_db
def test_it_is_frozen_with_the_report_and_refuses_nothing():
    case = factories.analysed_case(results=[factories.machine_result("early")] * 3)
    reader = factories.specialist(case.clinic)
    facts = {"finding": "blasts_suspected", "blast_percentage": Decimal("30.0"), "tally": TEN}
    review = decide(case, reader, **facts)
    content, _ = reviews.preview(review)
    assert content["specialist"]["blast_count"].startswith("3 of 10 cells: 30 %")
    assert sign(review, reader).content["specialist"]["blast_count"] == content["specialist"]["blast_count"]
