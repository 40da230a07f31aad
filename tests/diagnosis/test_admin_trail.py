"""What the audit trail, and a case's timeline, hold of what operators change in the admin."""

import pytest
from django.test import Client
from knox.models import AuthToken

from diagnosis.choices import Act, Role
from diagnosis.models import AuditRecord, Clinic, Membership, Patient, User
from diagnosis.selectors import timeline
from tests import factories
from tests.diagnosis.admin_pages import CLINIC, page, save

pytestmark = pytest.mark.django_db

CHANGED_HERE = (
    Act.CASE_CORRECTED,
    Act.PATIENT_CORRECTED,
    Act.CLINIC_CHANGED,
    Act.ROLE_GIVEN,
    Act.ROLE_TAKEN_AWAY,
    Act.ACCOUNT_ACTIVATED,
    Act.ACCOUNT_DEACTIVATED,
    Act.OPERATOR_CHANGED,
)


@pytest.fixture
def clinic() -> Clinic:
    return factories.ClinicFactory.create()


def recorded() -> list[tuple[str, Clinic | None]]:
    return [(each.act, each.clinic) for each in AuditRecord.objects.filter(act__in=CHANGED_HERE).order_by("pk")]


def roles_recorded() -> list[tuple[str, str, str]]:
    records = AuditRecord.objects.filter(act__in=CHANGED_HERE).order_by("pk")
    return [(each.act, each.detail["username"], each.detail["role"]) for each in records]


def test_a_corrected_case_is_on_record_by_the_names_of_its_facts_alone(browser: Client, operator: User) -> None:
    case = factories.case(clinical_notes="Fever since May")
    save(browser, case, clinical_notes="Fever since June", platelets="95")
    record = AuditRecord.objects.get(act=Act.CASE_CORRECTED)
    assert (record.case, record.clinic, record.by) == (case, case.clinic, operator)
    assert record.detail == {"fields": ["clinical_notes", "platelets"]}


def test_a_case_tells_that_its_facts_were_corrected(browser: Client, operator: User) -> None:
    case = factories.case()
    save(browser, case, clinical_notes="Fever", stain="Giemsa")
    save(browser, case.patient, year_of_birth=2001)
    told = timeline(case, factories.specialist(case.clinic))
    assert [(each.words, each.by) for each in told[1:]] == [
        ("Facts of the case corrected: stain and clinical notes", operator.signature_name),
        ("Facts of the patient corrected: year of birth", operator.signature_name),
    ]


def test_nothing_is_told_of_a_form_that_was_saved_as_it_was(browser: Client, clinic: Clinic) -> None:
    case = factories.case(clinic=clinic, clinical_notes="Fever.\nTired.")
    for row in (case, case.patient, clinic, case.submitted_by):
        save(browser, row, **({"clinical_notes": "Fever.\r\nTired."} if row == case else {}))
    assert recorded() == []


def test_a_patient_without_a_case_is_on_record_at_the_clinic(browser: Client, clinic: Clinic) -> None:
    patient: Patient = factories.PatientFactory.create(clinic=clinic)
    save(browser, patient, number="P-7", year_of_birth=1999)
    record = AuditRecord.objects.get(act=Act.PATIENT_CORRECTED)
    assert (record.clinic, record.case) == (clinic, None)
    assert record.detail == {"patient": str(patient.pk), "fields": ["number", "year_of_birth"]}


def test_a_clinic_administrator_reads_how_targets_were_moved(browser: Client, clinic: Clinic) -> None:
    administrator = Client()
    administrator.force_login(factories.administrator(clinic))
    save(browser, clinic, critical_target=60, reads_blind="on", image_retention_days=30)
    changes = {"critical_target": [120, 60], "reads_blind": [False, True], "image_retention_days": [None, 30]}
    assert AuditRecord.objects.get(act=Act.CLINIC_CHANGED).detail == {"changes": changes}
    answer = administrator.get("/figures/audit/", {"clinic": clinic.pk})
    trail = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "clinic_changed" in trail
    assert '""critical_target"": [120, 60]' in trail


def test_roles_are_on_record_from_every_page_that_gives_them(browser: Client, clinic: Clinic) -> None:
    person = factories.submitter(clinic, username="berg")
    row = person.memberships.get()
    save(browser, clinic, **{"memberships-0-role": Role.SPECIALIST})
    save(browser, row, role=Role.ADMINISTRATOR)
    save(browser, person, **{"memberships-0-DELETE": "on"})
    assert roles_recorded() == [
        ("role_taken_away", "berg", "submitter"),
        ("role_given", "berg", "specialist"),
        ("role_taken_away", "berg", "specialist"),
        ("role_given", "berg", "administrator"),
        ("role_taken_away", "berg", "administrator"),
    ]
    assert {at for _, at in recorded()} == {clinic}


def test_a_new_clinics_roles_are_on_record(browser: Client) -> None:
    doctor = factories.UserFactory.create(username="berg")
    row = {"memberships-TOTAL_FORMS": 1, "memberships-0-user": doctor.pk, "memberships-0-role": Role.SUBMITTER}
    assert browser.post(page(Clinic, "add"), {**CLINIC, **row}).status_code == 302
    assert roles_recorded() == [("role_given", "berg", "submitter")]


def test_roles_taken_away_in_their_list_are_on_record(browser: Client, clinic: Clinic) -> None:
    people = [factories.specialist(clinic, username=name) for name in ("berg", "lind", "solheim")]
    first, *others = Membership.objects.filter(user__in=people).order_by("user")
    browser.post(page(Membership, "delete", first), {"post": "yes"})
    chosen = {"action": "delete_selected", "_selected_action": [row.pk for row in others], "post": "yes"}
    browser.post(page(Membership, "changelist"), chosen)
    assert roles_recorded() == [("role_taken_away", name, "specialist") for name in ("berg", "lind", "solheim")]


def test_a_role_that_becomes_anothers_is_taken_from_the_first(browser: Client, clinic: Clinic) -> None:
    row = factories.specialist(clinic, username="berg").memberships.get()
    save(browser, row, user=factories.UserFactory.create(username="lind").pk)
    assert roles_recorded() == [("role_taken_away", "berg", "specialist"), ("role_given", "lind", "specialist")]


def test_who_leaves_and_comes_back_is_on_record_where_they_work(browser: Client, clinic: Clinic) -> None:
    person = factories.specialist(clinic)
    other = factories.ClinicFactory.create()
    Membership.objects.create(user=person, clinic=other, role=Role.SUBMITTER)
    save(browser, person, is_active="")
    save(browser, person, is_active="on")
    assert set(recorded()) == {
        (act, at) for act in ("account_deactivated", "account_activated") for at in (clinic, other)
    }
    assert len(recorded()) == 4


def test_an_operators_rights_are_on_record(browser: Client) -> None:
    person = factories.UserFactory.create(username="berg")
    save(browser, person, is_staff="on")
    record = AuditRecord.objects.get(act=Act.OPERATOR_CHANGED)
    assert record.clinic is None
    assert record.detail == {"account": person.pk, "username": "berg", "changes": {"is_staff": [False, True]}}


def test_who_comes_back_signs_in_anew(browser: Client, operator: User, clinic: Clinic) -> None:
    person = factories.specialist(clinic)
    own = Client()
    own.force_login(person)
    token, secret = AuthToken.objects.create(user=person)
    software = Client(headers={"authorization": f"Token {secret}"})
    assert own.get("/worklist/").status_code == 200
    assert software.get("/api/v1/cases/").status_code == 200

    save(browser, person, is_active="")
    save(browser, person, is_active="on")

    assert own.get("/worklist/").status_code == 302
    assert software.get("/api/v1/cases/").status_code == 401
    record = AuditRecord.objects.get(act=Act.TOKEN_REVOKED)
    assert (record.by, record.detail) == (operator, {"account": person.pk, "token": token.token_key})
    own.force_login(User.objects.get(pk=person.pk))
    assert own.get("/worklist/").status_code == 200


def test_what_was_left_by_a_change_outside_the_admin_ends_with_the_return(browser: Client, clinic: Clinic) -> None:
    person = factories.specialist(clinic)
    own = Client()
    own.force_login(person)
    AuthToken.objects.create(user=person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    save(browser, person, is_active="on")
    assert own.get("/worklist/").status_code == 302
    assert not AuthToken.objects.exists()


def test_other_changes_sign_nobody_out(browser: Client, clinic: Clinic) -> None:
    person = factories.specialist(clinic)
    own = Client()
    own.force_login(person)
    AuthToken.objects.create(user=person)
    save(browser, person, email="mina@clinic.test")
    assert own.get("/worklist/").status_code == 200
    assert AuthToken.objects.exists()
