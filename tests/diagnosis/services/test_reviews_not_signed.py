"""Signatures that are refused: of an opinion that is out of date or another's, and with a wrong password."""

import pytest
import time_machine
from axes.models import AccessAttempt
from django.utils import timezone

from diagnosis import errors
from diagnosis.choices import Act
from diagnosis.models import AuditRecord, Review, SignedReport
from diagnosis.services import holding, intake, reviews
from tests import factories
from tests.diagnosis.services.review_cases import decide, sign

pytestmark = pytest.mark.django_db


def test_smear_uploaded_after_the_opinion_bars_its_signature_too(case, reader):
    review = decide(case, reader)
    factories.smear(case, by=reader)
    with pytest.raises(errors.OwnCase):
        sign(review, reader)


def test_case_that_another_reader_holds_is_not_signed(case, reader):
    review = decide(case, reader)
    holding.hold(case=case, by=factories.specialist(case.clinic))
    with pytest.raises(errors.HeldByAnother):
        sign(review, reader)
    assert not Review.objects.exists()


def test_withdrawn_case_is_not_reviewed(case, reader):
    written = decide(case, reader)
    intake.withdraw(case=case, by=case.submitted_by)
    with pytest.raises(errors.CaseClosed):
        sign(written, reader)
    case.refresh_from_db()
    with pytest.raises(errors.CaseClosed):
        decide(case, reader)


def test_page_older_than_the_content_signs_nothing(case, reader):
    review = decide(case, reader)
    _, seen = reviews.preview(review)
    case.patient.year_of_birth = 1999
    case.patient.save()
    with pytest.raises(errors.StalePage):
        sign(review, reader, seen=seen)
    assert not Review.objects.exists()


def test_opinion_older_than_the_stage_report_signs_nothing(case, reader):
    review = decide(case, reader)
    factories.analyse(factories.smear(case))
    with pytest.raises(errors.StalePage):
        sign(review, reader)


def test_opinion_older_than_a_signature_signs_nothing(case, reader):
    older = decide(case, reader)
    colleague = factories.specialist(case.clinic)
    sign(decide(case, colleague), colleague)
    with pytest.raises(errors.StalePage):
        sign(older, reader, amendment_reason="I thought so before.")


def test_each_specialist_signs_their_own_opinion(case, reader):
    with pytest.raises(errors.NotAllowed):
        sign(decide(case, reader), factories.specialist(case.clinic))


def test_wrong_password_signs_nothing(case, reader):
    with pytest.raises(errors.WrongPassword):
        sign(decide(case, reader), reader, password="guess")
    assert not SignedReport.objects.exists()
    assert AuditRecord.objects.get(act=Act.SIGN_OFF_REFUSED).by == reader


def test_too_many_wrong_passwords_close_the_door_to_the_right_one(case, reader, settings):
    review = decide(case, reader)
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        with pytest.raises(errors.WrongPassword):
            sign(review, reader, password="guess")
    for password in ("guess", factories.PASSWORD):
        with pytest.raises(errors.TooManyTries):
            sign(review, reader, password=password)
    with time_machine.travel(timezone.now() + settings.AXES_COOLOFF_TIME * 1.01):
        assert sign(review, reader)


def test_what_a_form_holds_is_not_kept_with_a_wrong_password(case, reader, rf):
    request = rf.post("/?number=P-00001", {"amendment_reason": case.patient.number})
    with pytest.raises(errors.WrongPassword):
        sign(decide(case, reader), reader, password="guess", request=request)
    attempt = AccessAttempt.objects.get()
    assert (attempt.username, attempt.ip_address, attempt.failures_since_start) == (reader.username, "127.0.0.1", 1)
    assert case.patient.number not in f"{attempt.get_data} {attempt.post_data} {attempt.path_info}"
