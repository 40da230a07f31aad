"""Who may give an opinion on a case, when, and which opinions are refused."""

from decimal import Decimal

import pytest

from diagnosis import errors
from diagnosis.choices import Decision, Finding
from diagnosis.models import Review
from tests import factories
from tests.diagnosis.services.review_cases import decide, sign

pytestmark = pytest.mark.django_db


def test_nobody_signs_a_case_that_they_submitted(case):
    case.submitted_by.memberships.create(clinic=case.clinic, role="specialist")
    with pytest.raises(errors.OwnCase):
        decide(case, case.submitted_by)


def test_nobody_signs_a_case_that_holds_a_smear_of_theirs(case, reader):
    factories.analyse(factories.smear(case, by=reader))
    case.refresh_from_db()
    with pytest.raises(errors.OwnCase):
        decide(case, reader)


def test_submitter_administrator_and_outsider_do_not_review(case):
    for user in (factories.submitter(case.clinic), factories.administrator(case.clinic), factories.outsider()):
        with pytest.raises(errors.NotAllowed):
            decide(case, user)


def test_service_account_never_signs(case):
    software = factories.specialist(case.clinic, is_service_account=True)
    with pytest.raises(errors.NotAllowed):
        decide(case, software)


def test_departing_from_the_machine_needs_reasons(case, reader):
    for decision in (Decision.CORRECT, Decision.REJECT):
        with pytest.raises(errors.ReasonsMissing):
            decide(case, reader, decision, reasons="  ")
    assert decide(case, reader, Decision.CORRECT, reasons="Smudge cells.").reasons == "Smudge cells."


def test_agreeing_and_finding_something_else_contradict(case, reader):
    with pytest.raises(errors.Invalid):
        decide(case, reader, finding=Finding.BLASTS_SUSPECTED)
    assert not Review.objects.exists()


def test_agreeing_that_the_images_do_not_suffice_leaves_the_finding_open():
    case = factories.analysed_case(results=[factories.machine_result()])
    review = decide(case, factories.specialist(case.clinic), finding=Finding.UNSUITABLE)
    assert review.finding == Finding.UNSUITABLE


def test_page_older_than_the_stage_report_decides_nothing(case, reader):
    seen = case.current_stage_report_id
    factories.analyse(factories.smear(case))
    case.refresh_from_db()
    with pytest.raises(errors.StalePage):
        decide(case, reader, seen_stage_report=seen)


def test_case_without_an_answer_is_read_all_the_same():
    case = factories.case()
    factories.smear(case)
    reader = factories.specialist(case.clinic)
    with pytest.raises(errors.StalePage):
        decide(case, reader)
    review = decide(case, reader, Decision.REJECT, reasons="No machine answer; read by eye.")
    report = sign(review, reader)
    assert "The machine has no answer" in report.content["machine"]["sentence"]


def test_case_without_images_has_nothing_to_review():
    case = factories.case()
    with pytest.raises(errors.NothingToReview):
        decide(case, factories.specialist(case.clinic), Decision.REJECT, reasons="empty")


@pytest.mark.parametrize(
    ("finding", "facts"),
    [
        (Finding.NO_BLASTS_SEEN, {"pattern_class": "pro"}),
        (Finding.NO_BLASTS_SEEN, {"blast_percentage": Decimal(80)}),
        (Finding.BLASTS_SUSPECTED, {"pattern_class": "benign"}),
        (Finding.INDETERMINATE, {"pattern_class": "early"}),
        (Finding.UNSUITABLE, {"pattern_class": "pre"}),
    ],
)
def test_opinion_that_contradicts_itself_is_refused(case, reader, finding, facts):
    with pytest.raises(errors.OpinionContradicts):
        decide(case, reader, Decision.CORRECT, finding=finding, reasons="Seen by eye.", **facts)
    assert not Review.objects.exists()


def test_no_blasts_does_not_go_with_blasts_in_the_tally(case, reader):
    with pytest.raises(errors.OpinionContradicts, match="tally"):
        decide(case, reader, Decision.CORRECT, finding="no_blasts_seen", reasons="Seen by eye.", tally={"blast": 5})


@pytest.mark.parametrize(
    ("finding", "facts"),
    [
        (Finding.NO_BLASTS_SEEN, {"pattern_class": "benign", "blast_percentage": Decimal(0)}),
        (Finding.BLASTS_SUSPECTED, {"pattern_class": "pro", "blast_percentage": Decimal(80)}),
        (Finding.INDETERMINATE, {"blast_percentage": Decimal(3)}),
    ],
)
def test_opinion_that_agrees_with_itself_is_taken(case, reader, finding, facts):
    review = decide(case, reader, Decision.CORRECT, finding=finding, reasons="Seen by eye.", **facts)
    assert review.pattern_class == facts.get("pattern_class", "")
