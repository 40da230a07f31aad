"""What waits for whom: questions, second readings and adjudications in the states and on the worklist."""

from datetime import timedelta

import pytest
from django.utils import timezone

from diagnosis import selectors
from diagnosis.choices import CaseState, ReadingKind, ReadingReason
from diagnosis.models import Answer, Question, ReadingRequest, Review
from diagnosis.selectors.states import WAITING, is_in, is_waiting
from diagnosis.services import holding, intake
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def ada(clinic):
    return factories.specialist(clinic)


@pytest.fixture
def bea(clinic):
    return factories.specialist(clinic)


@pytest.fixture
def case(clinic):
    return factories.analysed_case(clinic=clinic)


def ask(case, by):
    return Question.objects.create(case=case, by=by, text="Which arm?", asked_at=timezone.now())


def request(case, kind=ReadingKind.SECOND, reason=ReadingReason.ASKED, **facts):
    ReadingRequest.objects.create(case=case, kind=kind, reason=reason, asked_at=timezone.now(), **facts)


def read(case, by, kind=ReadingKind.FIRST):
    Review.objects.create(
        case=case,
        stage_report=case.current_stage_report,
        reviewer=by,
        kind=kind,
        decision="agree",
        finding="no_blasts_seen",
        reviewed_at=timezone.now(),
    )


def state(case, user):
    return selectors.cases(user).get(pk=case.pk).state


def listed(user, rows=selectors.worklist):
    return list(rows(user))


def test_case_waits_for_the_answer_to_each_question_and_then_comes_back(case, ada):
    first, second = ask(case, ada), ask(case, ada)
    for question in (first, second):
        assert state(case, ada) == CaseState.AWAITING_ANSWER
        assert listed(ada) == []
        assert listed(ada, selectors.awaiting_answer) == [case]
        Answer.objects.create(question=question, by=case.submitted_by, text="The left.", answered_at=timezone.now())
    assert state(case, ada) == CaseState.AWAITING_REVIEW
    assert listed(ada) == [case]


def test_question_leaves_the_due_time_running(case, ada):
    ask(case, ada)
    row = selectors.cases(ada, at=case.due_at + timedelta(minutes=1)).get()
    assert row.is_overdue


def test_second_reading_is_awaited_until_it_is_given_and_not_from_the_first_reader(case, ada, bea):
    read(case, ada)
    request(case)
    assert state(case, ada) == CaseState.AWAITING_SECOND_READING
    assert (listed(ada), listed(bea)) == ([], [case])
    assert listed(ada, selectors.for_others) == [case]
    read(case, bea, ReadingKind.SECOND)
    assert state(case, ada) == CaseState.AWAITING_REVIEW


def test_adjudication_is_for_a_third_reader(case, ada, bea, clinic):
    read(case, ada)
    request(case)
    read(case, bea, ReadingKind.SECOND)
    request(case, ReadingKind.ADJUDICATION, ReadingReason.DISAGREEMENT)
    third = factories.specialist(clinic)
    assert state(case, ada) == CaseState.AWAITING_ADJUDICATION
    assert (listed(ada), listed(bea), listed(third)) == ([], [], [case])
    read(case, third, ReadingKind.ADJUDICATION)
    assert state(case, ada) == CaseState.AWAITING_REVIEW


def test_case_stands_with_the_colleague_who_was_asked_and_others_may_take_it_over(case, ada, bea, clinic):
    read(case, ada)
    request(case, asked_by=ada, asked_of=bea)
    other = factories.specialist(clinic)
    assert (listed(bea), listed(other)) == ([case], [])
    assert [holding.hold(case=case, by=user) for user in (ada, other)] == [False, False]
    assert [holding.take_over(case=case, by=user) for user in (ada, other)] == [False, True]


def ends_the_account(user, clinic):
    user.is_active = False
    user.save()


def leaves_the_clinic(user, clinic):
    user.memberships.filter(clinic=clinic).delete()


def submits_from_now_on(user, clinic):
    user.memberships.filter(clinic=clinic).update(role="submitter")


@pytest.mark.parametrize("leaves", [ends_the_account, leaves_the_clinic, submits_from_now_on])
def test_case_asked_of_somebody_who_left_is_for_all_again(case, ada, bea, clinic, leaves):
    bea.memberships.create(clinic=factories.ClinicFactory.create(), role="specialist")
    read(case, ada)
    request(case, asked_by=ada, asked_of=bea)
    leaves(bea, clinic)
    assert listed(factories.specialist(clinic)) == [case]


@pytest.mark.parametrize("did", ["submitted", "uploaded"])
def test_nobody_reads_what_they_sent_themselves(clinic, ada, bea, did):
    case = factories.analysed_case(by=ada) if did == "submitted" else factories.case(clinic=clinic)
    if did == "uploaded":
        factories.analyse(factories.smear(case, by=ada))
    assert (listed(ada), listed(bea)) == ([], [case])
    assert listed(ada, selectors.for_others) == [case]


def test_case_that_nobody_may_read_says_so(case, ada, clinic):
    assert selectors.with_readers(selectors.open_cases(ada)).get().has_reader
    read(case, ada)
    request(case)
    assert not selectors.with_readers(selectors.open_cases(ada)).get().has_reader
    late = factories.specialist(clinic, is_active=False)
    assert not selectors.with_readers(selectors.open_cases(ada)).get().has_reader, "who left the clinic reads no more"
    late.is_active = True
    late.save()
    assert selectors.with_readers(selectors.open_cases(ada)).get().has_reader


def test_next_case_is_not_one_that_a_colleague_holds(clinic, ada, bea):
    first, second = (factories.analysed_case(clinic=clinic, priority=word) for word in ("stat", "routine"))
    holding.hold(case=first, by=bea)
    assert selectors.next_case(ada) == second
    assert selectors.next_case(bea) == first
    assert selectors.next_case(ada, at=timezone.now() + timedelta(hours=1)) == first


def test_worklist_is_of_clinics_where_the_user_reads(case, clinic):
    for stranger in (factories.submitter(clinic), factories.administrator(clinic), factories.outsider()):
        assert listed(stranger) == []


def test_counts_tell_what_must_not_wait(clinic, ada, bea, monkeypatch, django_assert_num_queries):
    critical = factories.analysed_case(clinic=clinic, results=[factories.machine_result("pre")] * 3)
    late = factories.analysed_case(clinic=clinic, at=timezone.now() - timedelta(days=2))
    ask(factories.analysed_case(clinic=clinic), bea)
    factories.analysed_case(by=ada)
    holding.hold(case=critical, by=ada)
    holding.hold(case=late, by=bea)
    with django_assert_num_queries(2):
        assert selectors.worklist_counts(ada) == selectors.Counts(
            waiting=2, critical=1, overdue=1, yours=1, for_others=1, awaiting_answer=1, is_more=False
        )
    monkeypatch.setattr("diagnosis.selectors.counting.MOST_COUNTED", 1)
    some = selectors.worklist_counts(ada)
    assert (some.critical, some.is_more) == (1, True), "what is critical is counted first"


def test_clinic_counts_its_open_cases_whoever_reads_them(clinic, ada, django_assert_num_queries):
    factories.analysed_case(by=ada, results=[factories.machine_result("pre")] * 3)
    ask(factories.analysed_case(clinic=clinic, at=timezone.now() - timedelta(days=2)), ada)
    factories.analysed_case()
    with django_assert_num_queries(1):
        counts = selectors.open_counts([clinic])
    assert counts == selectors.Counts(waiting=2, critical=1, overdue=1, awaiting_answer=1, unreadable=1)


def test_state_that_is_shown_is_the_state_that_is_found(clinic, ada, bea):
    by = factories.submitter(clinic)
    factories.case(by=by)
    analysing = factories.case(by=by)
    factories.smear(analysing)
    late = factories.case(by=by)
    factories.smear(late, at=timezone.now() - timedelta(minutes=10))
    done = [factories.analysed_case(by=by, results=[factories.machine_result()]) for _ in range(5)]
    ask(done[1], ada)
    for twice in done[2:4]:
        read(twice, ada)
        request(twice)
    read(done[3], bea, ReadingKind.SECOND)
    request(done[3], ReadingKind.ADJUDICATION, ReadingReason.DISAGREEMENT)
    intake.withdraw(case=done[4], by=by)
    states = {row.pk: row.state for row in selectors.cases(ada)}
    assert sorted(states.values()) == sorted(set(CaseState) - {CaseState.SIGNED})
    for state in CaseState:
        found = selectors.cases(ada).filter(is_in(state))
        assert {row.pk for row in found} == {pk for pk, shown in states.items() if shown == state}
    waiting = {row.pk for row in selectors.cases(ada).filter(is_waiting())}
    assert waiting == {pk for pk, shown in states.items() if shown in WAITING}
