from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diagnosis import errors
from diagnosis.choices import Act, Decision, Finding
from diagnosis.models import AuditRecord, Case, Smear, StoredFile
from diagnosis.selectors import timeline
from diagnosis.services import intake, pictures, retention, reviews
from tests import factories
from tests.diagnosis.api.software import code, software

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(image_retention_days=30)


def closed(clinic, days_ago):
    case = factories.analysed_case(clinic=clinic)
    Case.objects.filter(pk=case.pk).update(status="signed", signed_at=timezone.now() - days_ago * DAY)
    return Case.objects.get(pk=case.pk)


def signed(case):
    reader = factories.specialist(case.clinic)
    review = reviews.decide(
        case=case,
        by=reader,
        decision=Decision.AGREE,
        finding=Finding.NO_BLASTS_SEEN,
        seen_stage_report=case.current_stage_report_id,
    )
    return reviews.sign_off(review=review, by=reader, password=factories.PASSWORD, seen=reviews.preview(review)[1])


def files():
    return set(StoredFile.objects.values_list("name", flat=True))


def delete_due():
    return retention.delete_due(at=timezone.now())


def test_it_works(clinic):
    case = closed(clinic, 31)
    pictures.thumbnail(case.smears.first())
    assert delete_due() == 1
    case.refresh_from_db()
    assert case.images_deleted_at
    assert files() == set()
    assert Smear.objects.filter(case=case).count() == 3
    assert AuditRecord.objects.filter(act=Act.IMAGE_DELETED, case=case).count() == 3
    with pytest.raises(errors.ImageGone):
        pictures.whole(case.smears.first())


@pytest.mark.parametrize("days_ago", [0, 29])
def test_image_is_kept_as_long_as_the_clinic_says(clinic, days_ago):
    closed(clinic, days_ago)
    assert delete_due() == 0
    assert len(files()) == 3


def test_open_case_keeps_its_images(clinic):
    factories.analysed_case(clinic=clinic, at=timezone.now() - 400 * DAY)
    assert delete_due() == 0


def test_clinic_without_the_rule_keeps_everything():
    closed(factories.ClinicFactory.create(), 4000)
    assert delete_due() == 0


def test_other_clinics_are_left_alone(clinic):
    other = closed(factories.ClinicFactory.create(image_retention_days=60), 31)
    closed(clinic, 31)
    assert delete_due() == 1
    other.refresh_from_db()
    assert other.images_deleted_at is None


def test_amendment_begins_the_time_anew(clinic):
    case = factories.analysed_case(clinic=clinic)
    report = signed(case)
    Case.objects.filter(pk=case.pk).update(signed_at=timezone.now() - 31 * DAY)
    assert report.signed_at > timezone.now() - DAY
    assert delete_due() == 0


def test_withdrawn_case_loses_its_images_too(clinic):
    case = factories.analysed_case(clinic=clinic)
    intake.withdraw(case=case, by=case.submitted_by, at=timezone.now() - 31 * DAY)
    assert delete_due() == 1


def test_nothing_is_deleted_twice_and_a_round_is_short(clinic):
    for _ in range(3):
        closed(clinic, 31)
    assert [retention.delete_due(at=timezone.now(), batch=2) for _ in range(3)] == [2, 1, 0]
    assert AuditRecord.objects.filter(act=Act.IMAGE_DELETED).count() == 9


def test_pages_and_the_api_say_what_became_of_the_image(clinic):
    case = closed(clinic, 31)
    reader = factories.specialist(clinic)
    delete_due()
    client = Client()
    client.force_login(reader)
    for route in ("case", "review"):
        page = client.get(reverse(route, args=[case.pk]))
        assert "deleted by the clinic's retention rule" in page.content.decode()
        assert "/thumbnail/" not in page.content.decode()
    smear = case.smears.first()
    for route in ("smear-image", "smear-thumbnail"):
        assert client.get(reverse(route, args=[smear.pk])).status_code == 404
    assert code(software(case.submitted_by).send("GET", f"smears/{smear.pk}/image/")) == "image_gone"
    assert "3 images deleted by the retention rule" in [each.words for each in timeline(case, reader)]


def test_report_is_printed_without_its_pictures(clinic):
    case = factories.analysed_case(clinic=clinic)
    signed(case)
    client = Client()
    client.force_login(case.submitted_by)
    before = client.get(reverse("signed-report-pdf", args=[case.pk, 1]))
    assert retention.delete_due(at=timezone.now() + 31 * DAY) == 1
    after = client.get(reverse("signed-report-pdf", args=[case.pk, 1]))
    assert (before.status_code, after.status_code) == (200, 200)
    assert after.content[:5] == b"%PDF-"
    assert len(after.content) < len(before.content)
