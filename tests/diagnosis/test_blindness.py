"""Who sees the machine's result on a case, by role and by how far its readings are."""

import io

import pytest
from django.utils import timezone

from diagnosis import blindness, errors
from diagnosis.choices import CaseStatus, ReadingKind, ReadingReason
from diagnosis.models import ReadingRequest, Review
from diagnosis.services import intake
from tests import factories

pytestmark = pytest.mark.django_db

ROLES = ("first", "second", "other", "uploader", "submitter", "administrator", "outsider")


def build(*, reads_blind):
    clinic = factories.ClinicFactory.create(reads_blind=reads_blind)
    people = {name: factories.specialist(clinic) for name in ("first", "second", "other", "uploader")}
    people["submitter"] = factories.submitter(clinic)
    people["administrator"] = factories.administrator(clinic)
    people["outsider"] = factories.outsider()
    case = factories.analysed_case(by=people["submitter"])
    upload = io.BytesIO(factories.picture_bytes())
    intake.add_smear(case=case, by=people["uploader"], upload=upload)
    return case, people


def read(case, by, kind):
    return Review.objects.create(
        case=case,
        stage_report=case.current_stage_report,
        reviewer=by,
        kind=kind,
        decision="agree",
        finding="no_blasts_seen",
        reviewed_at=timezone.now(),
    )


def ask(case, kind):
    ReadingRequest.objects.create(case=case, kind=kind, reason=ReadingReason.SHARE, asked_at=timezone.now())


def unread(case, people):
    """Leave the case as it came."""


def read_once(case, people):
    read(case, people["first"], ReadingKind.FIRST)


def second_asked(case, people):
    read_once(case, people)
    ask(case, ReadingKind.SECOND)


def read_twice(case, people):
    second_asked(case, people)
    read(case, people["second"], ReadingKind.SECOND)


def adjudication_asked(case, people):
    read_twice(case, people)
    ask(case, ReadingKind.ADJUDICATION)


def closed(case, people):
    case.status = CaseStatus.WITHDRAWN
    case.save(update_fields=["status"])


# Who is blind; everybody else sees the machine's result.
STAGES = {
    (False, unread): set(),
    (False, read_once): set(),
    (False, second_asked): {"second", "other"},
    (False, read_twice): set(),
    (False, adjudication_asked): set(),
    (True, unread): {"first", "second", "other"},
    (True, read_once): {"second", "other"},
    (True, second_asked): {"second", "other"},
    (True, read_twice): {"other"},
    (True, adjudication_asked): set(),
    (True, closed): set(),
}


@pytest.mark.parametrize(
    ("reads_blind", "stage", "blind"),
    [(reads_blind, stage, blind) for (reads_blind, stage), blind in STAGES.items()],
    ids=[f"{stage.__name__}, {'blind' if reads_blind else 'open'} clinic" for reads_blind, stage in STAGES],
)
def test_each_role_at_each_stage(reads_blind, stage, blind):
    case, people = build(reads_blind=reads_blind)
    stage(case, people)
    case.refresh_from_db()
    assert {name for name in ROLES if not blindness.sees_machine(people[name], case)} == blind


def test_what_is_hidden_is_refused_in_words():
    case, people = build(reads_blind=True)
    with pytest.raises(errors.ReadsBlind, match="Commit your own opinion"):
        blindness.require_sees_machine(people["first"], case)
    blindness.require_sees_machine(people["submitter"], case)


def test_many_cases_take_as_many_queries_as_one(django_assert_num_queries):
    case, people = build(reads_blind=True)
    cases = [case, *(factories.case(by=people["submitter"]) for _ in range(3))]
    with django_assert_num_queries(5):
        assert blindness.hidden_from(people["first"], cases) == {each.pk for each in cases}
