"""The list of notices, and what each says of how far it is."""

import pytest
from django.urls import reverse
from django.utils import timezone

from diagnosis.choices import DeliveryState
from diagnosis.models import Delivery
from diagnosis.services import intake, notices
from tests import factories
from tests.diagnosis.web.notices.shown import address, signed_in, text

pytestmark = pytest.mark.django_db


def test_list_shows_what_is_outstanding_first(case, page, reader):
    done = factories.analysed_case(clinic=case.clinic, results=[factories.machine_result("pro")] * 3)
    notices.record_call(done.notice, by=reader, spoken_to="Dr Ward", read_back=True, at=timezone.now())
    shown = text(page.get(reverse("notices")))
    assert shown.index("To be acknowledged") < shown.index("Done lately") < shown.index(done.accession)


def test_list_without_notices_says_so(page):
    assert "No critical case waits" in text(page.get(reverse("notices")))


def test_who_may_not_read_cases_sees_no_buttons(case):
    for user in (case.submitted_by, factories.administrator(case.clinic)):
        shown = text(signed_in(user).get(address("notice", case)))
        assert "data-acknowledge" not in shown
        assert "Record the call" not in shown


def test_every_page_asks_the_database_as_little_for_many_notices_as_for_one(
    case, page, clinic, reader, django_assert_max_num_queries
):
    for _ in range(5):
        factories.analysed_case(clinic=clinic, results=[factories.machine_result("pro")])
    with django_assert_max_num_queries(7):
        page.get(reverse("notices-banner"))


def test_who_could_not_be_told_is_named(page, reader, case):
    Delivery.objects.update(state=DeliveryState.FAILED)
    text = page.get(reverse("notice", args=[case.notice.pk])).content.decode()
    assert f"<bdi>{reader.signature_name}</bdi> could not be told" in text
    assert "nobody yet" in text


def test_withdrawn_critical_case_is_not_listed_as_if_it_were_done(page, case):
    intake.withdraw(case=case, by=case.submitted_by)
    text = page.get(reverse("notices")).content.decode()
    assert "withdrawn before anybody acknowledged it" in text
