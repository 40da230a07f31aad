import pytest

from diagnosis import selectors
from diagnosis.choices import Decision, Finding
from diagnosis.services import reviews
from tests import factories

pytestmark = pytest.mark.django_db


def signed(case, reader):
    review = reviews.decide(
        case=case,
        by=reader,
        decision=Decision.AGREE,
        finding=Finding.NO_BLASTS_SEEN,
        seen_stage_report=case.current_stage_report_id,
    )
    reviews.sign_off(review=review, by=reader, password=factories.PASSWORD, seen=reviews.preview(review)[1])


def test_other_cases_come_newest_first_with_what_was_signed_and_a_few_pictures(django_assert_max_num_queries):
    now = factories.analysed_case(results=[factories.machine_result()])
    patient, clinic, by = now.patient, now.clinic, now.submitted_by
    reader = factories.specialist(clinic)
    first = factories.analysed_case(by=by, patient=patient, results=[factories.machine_result() for _ in range(4)])
    second = factories.case(by=by, patient=patient)
    factories.analysed_case(clinic=clinic, by=by, results=[factories.machine_result()])
    signed(first, reader)
    with django_assert_max_num_queries(2):
        found = selectors.other_cases(now, seen_by=reader)
    assert [(other.case, other.finding) for other in found] == [(second, ""), (first, "No blasts seen")]
    assert [smear.number for smear in found[1].smears] == [1, 2, 3]
    assert [other.case for other in selectors.other_cases(now, seen_by=reader, count=1)] == [second]


def test_cases_of_another_clinic_are_not_there():
    now = factories.case()
    assert (
        selectors.other_cases(factories.case(by=now.submitted_by, patient=now.patient), seen_by=factories.outsider())
        == []
    )
