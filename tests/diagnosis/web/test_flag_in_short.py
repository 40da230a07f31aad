"""Where the machine's statement is told in a few words, a raised flag is among them."""

import pytest
from django.urls import reverse

from diagnosis.choices import Statement
from diagnosis.models import StageReport
from diagnosis.services.report_content import compose
from tests import factories

pytestmark = pytest.mark.django_db

BOTH = "blast-suspect, insufficient"


@pytest.fixture
def case():
    """A case with too few images for a statement, whose flag is raised all the same."""
    return factories.analysed_case(results=[factories.machine_result("early")])


@pytest.mark.parametrize(
    ("statement", "is_flagged", "said"),
    [
        (Statement.FLAGGED, True, "blast-suspect"),
        (Statement.INSUFFICIENT, True, BOTH),
        (Statement.INDETERMINATE, True, "blast-suspect, indeterminate"),
        (Statement.INSUFFICIENT, False, "insufficient"),
        (Statement.NOT_FLAGGED, False, "no blast-suspect pattern"),
    ],
)
def test_statement_in_short_holds_the_flag(statement, is_flagged, said):
    assert StageReport(statement=statement, is_flagged=is_flagged).in_short == said


@pytest.mark.parametrize("route", ["worklist", "cases"])
def test_lists_say_both(case, client, route):
    client.force_login(factories.specialist(case.clinic))
    page = " ".join(client.get(reverse(route)).text.split())
    assert f"Machine: {BOTH}" in page
    assert "Machine: insufficient" not in page


def test_review_page_says_both(case, client):
    client.force_login(factories.specialist(case.clinic))
    assert f"The machine's part: {BOTH}" in client.get(reverse("review", args=[case.pk])).text.replace("&#x27;", "'")


def test_report_says_both_beside_the_code_that_stays(case):
    machine = compose(case, review=None)["machine"]
    assert (machine["statement"], machine["statement_code"], machine["is_flagged"]) == (BOTH, "insufficient", True)
