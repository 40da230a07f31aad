from datetime import timedelta

import pytest
from django.utils import timezone

from diagnosis.choices import CaseState
from diagnosis.models import Case
from diagnosis.services import deliveries, holding, notices
from tests import factories
from tests.diagnosis.api.software import code, software

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return factories.submitter(factories.ClinicFactory.create())


@pytest.fixture
def clinic(doctor):
    return doctor.memberships.get().clinic


def about(refusal):
    return refusal.json()["errors"][0]["attr"]


def listed(client, query=""):
    return [row["accession"] for row in client.send("GET", f"cases/{query}").json()["results"]]


def test_patient_and_case_are_made_and_found_again(doctor, clinic):
    client = software(doctor)
    facts = {"clinic": clinic.slug, "number": "P-7", "year_of_birth": 2017, "sex": "female"}
    patient = client.send("POST", "patients/", facts)
    assert patient.status_code == 201
    assert client.get(patient["Location"]).json() == patient.json()
    assert facts.items() <= patient.json().items()
    new = {
        "patient": patient.json()["id"],
        "accession": "A-1",
        "priority": "urgent",
        "specimen": "marrow",
        "stain": "Wright",
        "device": "camera",
        "clinical_notes": "pale",
        "treatment": "none",
        "haemoglobin": "81.5",
        "white_cells": "43.20",
        "platelets": "22.0",
    }
    case = client.send("POST", "cases/", new)
    assert case.status_code == 201
    shown = client.get(case["Location"]).json()
    assert shown == case.json()
    assert {name: shown[name] for name in new if name != "patient"} == {n: v for n, v in new.items() if n != "patient"}
    assert shown["patient"] == patient.json()["url"]
    assert shown["state"] == "awaiting_images"
    assert shown["progress"] == {"smears": 0, "answered": 0}


def test_case_without_a_number_gets_the_clinics_next(doctor, clinic):
    patient = factories.PatientFactory.create(clinic=clinic)
    for body in ({}, {"accession": ""}):
        case = software(doctor).send("POST", "cases/", {"patient": str(patient.pk), **body})
        assert case.json()["accession"].startswith(clinic.slug.upper())


def test_count_in_another_unit_is_refused_by_its_field(doctor, clinic):
    patient = factories.PatientFactory.create(clinic=clinic)
    refused = software(doctor).send("POST", "cases/", {"patient": str(patient.pk), "haemoglobin": "9.5"})
    assert (refused.status_code, code(refused)) == (400, "implausible_count")
    assert refused.json()["errors"][0]["attr"] == "haemoglobin"
    assert "g/L" in refused.json()["errors"][0]["detail"]


def test_year_of_birth_is_not_in_the_future(doctor, clinic):
    client = software(doctor)
    now = timezone.now().year
    body = {"clinic": clinic.slug, "number": "1", "year_of_birth": now + 1}
    refused = client.send("POST", "patients/", body)
    assert (refused.status_code, code(refused)) == (400, "max_value")
    assert refused.json()["errors"][0]["attr"] == "year_of_birth"
    assert client.send("POST", "patients/", {**body, "year_of_birth": now}).status_code == 201


def test_taken_numbers_are_a_conflict(doctor, clinic):
    client = software(doctor)
    case = factories.case(by=doctor, accession="A-1")
    again = client.send("POST", "cases/", {"patient": str(case.patient_id), "accession": "A-1"})
    assert (again.status_code, code(again), about(again)) == (409, "already_exists", "accession")
    again = client.send("POST", "patients/", {"clinic": clinic.slug, "number": case.patient.number})
    assert (again.status_code, code(again), about(again)) == (409, "already_exists", "number")


def test_name_is_refused_where_names_are_off(doctor, clinic):
    body = {"clinic": clinic.slug, "number": "1", "name": "Jo Doe"}
    refused = software(doctor).send("POST", "patients/", body)
    assert (refused.status_code, code(refused), about(refused)) == (400, "names_are_off", "name")
    clinic.stores_names = True
    clinic.save()
    assert software(doctor).send("POST", "patients/", body).json()["name"] == "Jo Doe"


def test_state_follows_the_case(doctor, clinic):
    client = software(doctor)
    case = factories.case(by=doctor)

    def state():
        shown = client.send("GET", f"cases/{case.pk}/").json()
        assert listed(client, f"?state={shown['state']}") == [case.accession]
        return shown["state"], shown["progress"]

    smear = factories.smear(case)
    assert state() == ("analysing", {"smears": 1, "answered": 0})
    factories.analyse(smear)
    assert state() == ("awaiting_review", {"smears": 1, "answered": 1})
    client.send("POST", f"cases/{case.pk}/withdraw/")
    assert state() == ("withdrawn", {"smears": 1, "answered": 1})


def test_withdrawn_case_says_so_and_cannot_be_withdrawn_again(doctor):
    client = software(doctor)
    case = factories.case(by=doctor)
    assert client.send("POST", f"cases/{case.pk}/withdraw/").json()["status"] == "withdrawn"
    again = client.send("POST", f"cases/{case.pk}/withdraw/")
    assert (again.status_code, code(again)) == (409, "case_closed")
    refused = client.upload(case, factories.picture_bytes())
    assert (refused.status_code, code(refused)) == (409, "case_closed")


def test_case_shows_each_smear_with_its_newest_analysis(doctor):
    case = factories.analysed_case(by=doctor, results=[factories.machine_result(), factories.unanswered("novel")])
    smears = software(doctor).send("GET", f"cases/{case.pk}/").json()["smears"]
    assert [(smear["number"], smear["analysis"]["outcome"], smear["analysis"]["class"]) for smear in smears] == [
        (1, "classified", "benign"),
        (2, "novel", None),
    ]


def test_lists_are_filtered(doctor, clinic):
    client = software(doctor)
    old = factories.case(by=doctor, accession="OLD", at=timezone.now() - timedelta(days=3))
    factories.case(by=doctor, accession="STAT", priority="stat", patient=old.patient)
    critical = factories.analysed_case(by=doctor, accession="CRIT", results=[factories.machine_result("pro")] * 3)
    assert critical.is_critical
    yesterday = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    expected = {
        "": {"OLD", "STAT", "CRIT"},
        "?accession=OLD": {"OLD"},
        "?priority=stat": {"STAT"},
        "?is_critical=true": {"CRIT"},
        "?is_critical=false": {"OLD", "STAT"},
        f"?patient={old.patient_id}": {"OLD", "STAT"},
        f"?submitted_before={yesterday}": {"OLD"},
        f"?submitted_from={yesterday}": {"STAT", "CRIT"},
        f"?clinic={clinic.slug}": {"OLD", "STAT", "CRIT"},
        "?clinic=other": set(),
        "?status=signed": set(),
        "?state=awaiting_images&priority=routine": {"OLD"},
    }
    assert {query: set(listed(client, query)) for query in expected} == expected
    assert client.send("GET", "cases/?accession=OLD").json()["results"][0]["is_overdue"]
    number = client.send("GET", f"patients/?number={old.patient.number}").json()["results"]
    assert [row["id"] for row in number] == [str(old.patient_id)]


def test_worklist_is_the_readers_own_and_says_who_has_a_case(doctor, clinic):
    reader, colleague = factories.specialist(clinic), factories.specialist(clinic, first_name="Kari", last_name="Sol")
    patient = factories.PatientFactory.create(clinic=clinic, number="K-77")
    late = factories.analysed_case(by=doctor, accession="LATE", patient=patient, at=timezone.now() - timedelta(days=2))
    factories.analysed_case(by=doctor, accession="STAT", priority="stat", specimen="marrow")
    factories.case(by=doctor, accession="EMPTY")
    holding.hold(case=late, by=colleague)
    client = software(reader)
    expected = {
        "?waiting=true&ordering=due_at": ["LATE", "STAT"],
        "?waiting=false": ["EMPTY"],
        "?is_overdue=true": ["LATE"],
        "?held_by=others": ["LATE"],
        "?held_by=nobody&waiting=true": ["STAT"],
        "?held_by=me": [],
        "?q=k-77": ["LATE"],
        "?specimen=marrow": ["STAT"],
        f"?submitted_by={doctor.username}&q=EMP": ["EMPTY"],
    }
    assert {query: listed(client, query) for query in expected} == expected
    shown = client.send("GET", "cases/?waiting=true&ordering=due_at").json()["results"]
    assert [row["held_by"] for row in shown] == ["Kari Sol", None]
    assert code(client.send("GET", "cases/?is_overdue=perhaps")) == "invalid_choice"


def test_newest_comes_first_unless_asked_otherwise(doctor):
    now = timezone.now()
    for name, days, priority in (("A", 0.5, "routine"), ("B", 0.2, "stat"), ("C", 0.1, "routine")):
        factories.case(by=doctor, accession=name, priority=priority, at=now - timedelta(days=days))
    client = software(doctor)
    assert listed(client) == ["C", "B", "A"]
    assert listed(client, "?ordering=submitted_at") == ["A", "B", "C"]
    assert listed(client, "?ordering=due_at") == ["B", "A", "C"]
    refused = client.send("GET", "cases/?ordering=nonsense")
    assert (refused.status_code, code(refused)) == (400, "invalid_choice")
    assert refused.json()["errors"][0]["attr"] == "ordering"


def test_pages_neither_repeat_nor_hide_a_row_while_cases_come_in(doctor):
    now = timezone.now()
    for number in range(7):
        # Two share a moment: the id decides between them.
        factories.case(by=doctor, accession=f"A{number}", at=now - timedelta(minutes=number // 2))
    client, seen, path = software(doctor), [], "/api/v1/cases/?page_size=3"
    while path:
        page = client.get(path).json()
        seen += [row["accession"] for row in page["results"]]
        factories.case(by=doctor)
        path = page["next"]
    assert sorted(seen) == [f"A{number}" for number in range(7)]


def test_outsider_sees_an_empty_list():
    case = factories.analysed_case()
    client = software(factories.outsider())
    for path in (
        "cases/",
        "patients/",
        f"cases/?accession={case.accession}",
        f"patients/?number={case.patient.number}",
    ):
        assert client.send("GET", path).json()["results"] == []


@pytest.mark.parametrize(
    ("path", "most"),
    [("cases/", 4), ("patients/", 3), ("clinics/", 5), ("cases/{case}/smears/", 8), ("cases/{case}/", 9)],
)
def test_number_of_queries_does_not_grow_with_the_list(doctor, path, most, django_assert_max_num_queries):
    for _ in range(2):
        for _ in range(3):
            case = factories.analysed_case(by=doctor, results=[factories.machine_result(cells=2)])
            factories.smear(case)
            factories.member(factories.ClinicFactory.create(), "specialist")
        client = software(doctor)
        with django_assert_max_num_queries(most):
            assert client.send("GET", path.format(case=case.pk)).status_code == 200


def test_every_state_can_be_filtered(doctor):
    for state in CaseState:
        assert software(doctor).send("GET", f"cases/?state={state}").status_code == 200
    assert not Case.objects.exists()


def test_critical_case_says_how_far_its_notice_is(doctor, clinic):
    reader = factories.specialist(clinic, email="reader@example.org")
    case = factories.analysed_case(by=doctor, results=[factories.machine_result("early")])
    client = software(doctor)

    def critical():
        return client.send("GET", f"cases/{case.pk}/").json()["critical"]

    unanswered = {"notified_at": None, "acknowledged_at": None, "called_at": None}
    assert critical().items() >= unanswered.items()
    assert critical()["raised_at"]
    deliveries.send_due(at=timezone.now())
    notices.record_call(case.notice, by=reader, spoken_to="A nurse", read_back=False, at=timezone.now())
    assert critical()["notified_at"]
    assert critical()["acknowledged_at"]
    assert critical()["called_at"] is None
    notices.record_call(case.notice, by=reader, spoken_to="Dr Ward", read_back=True, at=timezone.now())
    assert critical()["called_at"]
    assert client.send("GET", f"cases/{factories.case(by=doctor).pk}/").json()["critical"] is None
