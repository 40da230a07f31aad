from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from diagnosis.services import reviews
from tests import factories

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(name="Klinikk Nord", time_zone="Europe/Oslo")


def shown(answer):
    return [case.accession for case in answer.context["page"].rows]


def test_worklist_shows_what_is_due_first_first(client, clinic, reader):
    routine = factories.analysed_case(clinic=clinic)
    critical = factories.analysed_case(clinic=clinic, results=[factories.machine_result("pre")] * 3)
    answer = client.get(reverse("worklist"))
    assert shown(answer) == [critical.accession, routine.accession]
    page = answer.content.decode()
    assert "Critical" in page
    assert "Machine: no blast-suspect pattern" in page
    assert f'href="{reverse("review", args=[critical.pk])}"' in page


def test_worklist_says_what_is_overdue_in_words_and_on_the_clinics_clock(client, clinic, reader):
    factories.analysed_case(clinic=clinic, priority="urgent", at=timezone.now() - timedelta(hours=4, minutes=35))
    page = client.get(reverse("worklist")).content.decode()
    assert "overdue 35 min" in page
    assert "CET" in page or "CEST" in page


def sign(case, reader, finding, **facts):
    review = reviews.decide(
        case=case,
        by=reader,
        decision="correct",
        finding=finding,
        reasons="Smudge cells.",
        seen_stage_report=case.current_stage_report_id,
    )
    reviews.sign_off(review=review, by=reader, password=factories.PASSWORD, seen=reviews.preview(review)[1], **facts)


def test_signed_case_shows_the_newest_signed_finding_and_no_alarm_of_the_machine(client, clinic, reader):
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result("pre")] * 3)
    alarmed = client.get(reverse("cases")).content.decode()
    assert "Machine: blast-suspect" in alarmed
    assert "#critical" in alarmed
    sign(case, reader, "indeterminate")
    assert "Signed: Indeterminate" in client.get(reverse("cases")).content.decode()
    sign(case, reader, "no_blasts_seen", amendment_reason="Flow cytometry arrived.")
    signed = client.get(reverse("cases")).content.decode()
    assert "Amended: No blasts seen" in signed
    for former in ("blast-suspect", "Indeterminate", "#critical", 'is-critical"'):
        assert former not in signed


@pytest.mark.parametrize("route", ["worklist", "cases"])
def test_list_takes_the_same_queries_however_long_it_is(
    client, clinic, reader, django_assert_max_num_queries, django_assert_num_queries, route
):
    signed = factories.analysed_case(clinic=clinic)
    sign(signed, reader, "no_blasts_seen")
    factories.analysed_case(clinic=clinic)
    with django_assert_max_num_queries(25) as few:
        client.get(reverse(route))
    for _ in range(4):
        factories.analysed_case(clinic=clinic, results=[factories.machine_result()])
        sign(factories.analysed_case(clinic=clinic), reader, "indeterminate")
    with django_assert_num_queries(len(few)):
        assert len(shown(client.get(reverse(route)))) == {"worklist": 5, "cases": 10}[route]


def test_lists_narrow_by_clinic_priority_state_and_number(client, clinic, reader):
    other = factories.ClinicFactory.create()
    reader.memberships.create(clinic=other, role="specialist")
    patient = factories.PatientFactory.create(clinic=clinic, number="K-77")
    urgent = factories.analysed_case(clinic=clinic, priority="urgent", patient=patient)
    elsewhere = factories.analysed_case(clinic=other, results=[factories.machine_result("pro")] * 3)
    failed = factories.case(clinic=clinic)
    factories.smear(failed, at=timezone.now() - timedelta(minutes=10))
    found = {
        query: shown(client.get(reverse("worklist") + f"?{query}"))
        for query in (
            f"clinic={other.slug}",
            "priority=urgent",
            "state=analysis_unavailable",
            "is_critical=true",
            "is_overdue=true",
            "q=k-77",
            f"q={elsewhere.accession.lower()}",
        )
    }
    assert list(found.values()) == [
        [elsewhere.accession],
        [urgent.accession],
        [failed.accession],
        [elsewhere.accession],
        [],
        [urgent.accession],
        [elsewhere.accession],
    ]


@pytest.mark.parametrize(
    "query",
    [
        "clinic=x",
        "priority=nonsense",
        "state=%00",
        "after=zero",
        "before=1_2",
        "q=%00",
        "held_by=x",
        "submitted_from=x",
        "submitted_from=9999-12-31T23:59:59-23:00",
    ],
)
def test_nonsense_in_the_address_breaks_nothing(client, clinic, reader, query):
    factories.analysed_case(clinic=clinic)
    assert client.get(reverse("worklist") + f"?{query}").status_code == 200


def test_cases_show_the_newest_first_in_every_state(client, clinic, reader):
    now = timezone.now()
    old = factories.case(clinic=clinic, at=now - timedelta(days=1))
    new = factories.case(clinic=clinic, at=now)
    answer = client.get(reverse("cases"))
    assert shown(answer) == [new.accession, old.accession]
    assert "Awaiting images" in answer.content.decode()


def test_htmx_gets_the_rows_alone(client, clinic, reader):
    factories.analysed_case(clinic=clinic)
    part = client.get(reverse("worklist"), headers=HTMX).content.decode()
    assert "case-row" in part
    assert "<html" not in part


def test_specialist_of_one_clinic_reads_nothing_for_another_where_he_only_submits(client, clinic, reader):
    other = factories.ClinicFactory.create()
    reader.memberships.create(clinic=other, role="submitter")
    factories.analysed_case(clinic=other)
    assert shown(client.get(reverse("worklist"))) == []
    assert len(shown(client.get(reverse("cases")))) == 1


@pytest.mark.parametrize("query", ["", "?q=zzz"])
def test_worklist_tells_a_submitter_whom_it_is_for_and_where_his_cases_are(client, clinic, query):
    client.force_login(factories.submitter(clinic))
    page = client.get(reverse("worklist") + query).content.decode()
    assert "The worklist is for specialists" in page
    assert f'<a class="button primary" href="{reverse("cases")}">Your cases</a>' in page
    assert "Nothing waits for you." not in page


def test_empty_lists_say_so(client, clinic, reader):
    assert "Nothing waits for you." in client.get(reverse("worklist")).content.decode()
    assert "No case that waits for you fits this search." in client.get(reverse("worklist") + "?q=zzz").content.decode()
    assert "No case yet." in client.get(reverse("cases")).content.decode()
