"""Who takes a notice on, the call to the doctor, and what closes it and is said of it afterwards."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from diagnosis import errors
from diagnosis.choices import Act, NoticeEventKind
from diagnosis.models import AuditRecord, Case
from diagnosis.selectors import outstanding_notices, progress_of_case
from diagnosis.services import notices
from tests import factories
from tests.diagnosis.services.notice_cases import START, flagged, kinds, sweep

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_acknowledging_twice_keeps_the_first(clinic, people, rota):
    case = flagged(clinic)
    first = notices.acknowledge(case.notice, by=people[1], at=timezone.now())
    assert notices.acknowledge(case.notice, by=people[0], at=timezone.now()) == first
    assert kinds(case).count(NoticeEventKind.ACKNOWLEDGED) == 1
    assert AuditRecord.objects.get(act=Act.NOTICE_ACKNOWLEDGED).by == people[1]


@pytest.mark.parametrize("who", [factories.submitter, factories.administrator, factories.service_account])
def test_only_a_specialist_acknowledges_and_calls(clinic, who):
    case = flagged(clinic)
    with pytest.raises(errors.NotAllowed):
        notices.acknowledge(case.notice, by=who(clinic), at=timezone.now())
    with pytest.raises(errors.NotAllowed):
        notices.record_call(case.notice, by=who(clinic), spoken_to="x", read_back=True, at=timezone.now())


def test_nobody_answers_the_notice_of_an_own_case_by_a_call(clinic, people, rota):
    case = flagged(clinic)
    factories.smear(case, by=people[0])
    with pytest.raises(errors.OwnCase):
        notices.record_call(case.notice, by=people[0], spoken_to="A nurse", read_back=True, at=timezone.now())
    assert progress_of_case(case).is_waiting


def test_call_is_recorded_with_its_read_back(clinic, people, rota):
    case = flagged(clinic)
    call = notices.record_call(
        case.notice, by=people[0], spoken_to=" Dr Ward ", read_back=True, note="Will admit.", at=timezone.now()
    )
    assert (call.spoken_to, call.read_back, call.note) == ("Dr Ward", True, "Will admit.")
    assert kinds(case)[1:] == [NoticeEventKind.ACKNOWLEDGED, NoticeEventKind.CALLED]
    assert AuditRecord.objects.get(act=Act.DOCTOR_CALLED).detail == {"notice": str(case.notice.pk), "read_back": 1}
    assert list(outstanding_notices(people[0], at=timezone.now())) == []


def test_call_that_was_not_read_back_leaves_the_notice_outstanding(clinic, people, rota):
    case = flagged(clinic)
    notices.record_call(case.notice, by=people[0], spoken_to="A nurse", read_back=False, at=timezone.now())
    assert list(outstanding_notices(people[0], at=timezone.now())) == [case.notice]
    notices.record_call(case.notice, by=people[0], spoken_to="Dr Ward", read_back=True, at=timezone.now())
    notices.record_call(case.notice, by=people[0], spoken_to="Ward clerk", read_back=False, at=timezone.now())
    assert progress_of_case(case).call.spoken_to == "Dr Ward"


def test_call_that_is_sent_again_is_one_call(clinic, people, rota, clock):
    case = flagged(clinic)
    words = {"by": people[0], "spoken_to": "Dr Ward", "read_back": True, "note": "Will admit."}
    first = notices.record_call(case.notice, at=timezone.now(), **words)
    clock.shift(timedelta(minutes=1))
    again = notices.record_call(case.notice, at=timezone.now(), **{**words, "spoken_to": " Dr Ward "})
    assert (again, again.at) == (first, first.at)
    assert kinds(case).count(NoticeEventKind.CALLED) == 1
    assert AuditRecord.objects.filter(act=Act.DOCTOR_CALLED).count() == 1


@pytest.mark.parametrize("other", [{"spoken_to": "Ward clerk"}, {"read_back": False}, {"note": "Called again."}])
def test_call_with_other_words_is_another_call(clinic, people, rota, other):
    case = flagged(clinic)
    words = {"by": people[0], "spoken_to": "Dr Ward", "read_back": True, "note": ""}
    notices.record_call(case.notice, at=timezone.now(), **words)
    notices.record_call(case.notice, at=timezone.now(), **{**words, **other})
    assert kinds(case).count(NoticeEventKind.CALLED) == 2


def test_same_words_after_something_happened_or_of_somebody_else_are_another_call(clinic, people, rota, clock):
    case = flagged(clinic)
    words = {"spoken_to": "Dr Ward", "read_back": True, "note": ""}
    for by in (people[0], people[1], people[0]):
        notices.record_call(case.notice, by=by, at=timezone.now(), **words)
        clock.shift(timedelta(minutes=1))
    notices.revise(case, by=people[0], at=timezone.now())
    clock.shift(timedelta(minutes=1))
    notices.record_call(case.notice, by=people[0], at=timezone.now(), **words)
    assert kinds(case).count(NoticeEventKind.CALLED) == 4
    assert progress_of_case(case).is_called


def test_what_nobody_called_through_leaves_the_list_after_a_month(clinic, people, rota, clock):
    case = flagged(clinic)
    clock.move_to(START + timedelta(days=30))
    assert list(outstanding_notices(people[0], at=timezone.now())) == [case.notice]
    clock.move_to(START + timedelta(days=30, seconds=1))
    assert list(outstanding_notices(people[0], at=timezone.now())) == []


@pytest.mark.parametrize("facts", [{"spoken_to": "  "}, {"spoken_to": "x" * 201}, {"note": "x" * 2001}])
def test_call_without_whom_or_too_long_is_refused(clinic, people, facts):
    case = flagged(clinic)
    with pytest.raises(errors.Invalid):
        notices.record_call(
            case.notice, by=people[0], at=timezone.now(), **{"spoken_to": "Dr Ward", "read_back": True, **facts}
        )


def test_signature_before_acknowledging_closes_the_notice_and_says_so(clinic, people, rota, clock):
    case = flagged(clinic)
    for _ in range(2):
        notices.close(case, by=people[2], at=timezone.now())
    assert kinds(case)[1:] == [NoticeEventKind.CLOSED]
    Case.objects.filter(pk=case.pk).update(status="signed")
    assert sweep(clock, START + timedelta(hours=1)) == 0
    with pytest.raises(errors.CaseClosed):
        notices.acknowledge(case.notice, by=people[0], at=timezone.now())


def test_signature_answers_the_notice_on_its_page_as_in_the_figures(clinic, people, rota, client):
    case = flagged(clinic)
    notices.close(case, by=people[2], at=timezone.now())
    Case.objects.filter(pk=case.pk).update(status="signed")
    progress = progress_of_case(case)
    assert (progress.answered.by, progress.acknowledged, progress.is_answered_late) == (people[2], None, False)
    client.force_login(people[0])
    page = client.get(reverse("notice", args=[case.notice.pk])).content.decode()
    assert f"by the signature of <bdi>{people[2].signature_name}</bdi>" in page
    assert "by nobody" not in page


def test_late_answer_is_called_late(clinic, people, rota, clock):
    case = flagged(clinic)
    clock.move_to(START + timedelta(minutes=30))
    assert not progress_of_case(case).is_answered_late
    clock.move_to(START + timedelta(minutes=30, seconds=1))
    notices.acknowledge(case.notice, by=people[0], at=timezone.now())
    assert progress_of_case(case).is_answered_late


def test_signature_after_acknowledging_adds_nothing(clinic, people, rota):
    case = flagged(clinic)
    notices.acknowledge(case.notice, by=people[0], at=timezone.now())
    notices.close(case, by=people[0], at=timezone.now())
    assert NoticeEventKind.CLOSED not in kinds(case)


def test_report_says_who_was_told_who_acknowledged_and_who_was_called(clinic, people, rota):
    case = flagged(clinic)
    assert notices.for_report(factories.case()) is None
    assert notices.for_report(case) == {
        "raised_at": START.isoformat(),
        "raised_by": "",
        "told": [people[0].signature_name],
        "acknowledged": None,
        "call": None,
    }
    notices.record_call(case.notice, by=people[0], spoken_to="Dr Ward", read_back=True, note="n", at=timezone.now())
    said = notices.for_report(case)
    assert said["acknowledged"] == {"by": people[0].signature_name, "at": START.isoformat()}
    assert said["call"] == {
        "by": people[0].signature_name,
        "at": START.isoformat(),
        "spoken_to": "Dr Ward",
        "read_back": True,
        "note": "n",
        "version": 0,
    }


def test_audit_of_a_notice_holds_ids_alone(clinic, people, rota, clock):
    case = flagged(clinic)
    notices.record_call(case.notice, by=people[0], spoken_to="Dr Ward", read_back=True, note="n", at=timezone.now())
    details = [record.detail for record in AuditRecord.objects.filter(case=case, act__startswith="notice")]
    assert {key for detail in details for key in detail} == {"notice", "told"}
    assert "Ward" not in str(list(AuditRecord.objects.values_list("detail", flat=True)))
