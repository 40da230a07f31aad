"""Every record can be found in the admin, quickly; nothing that is history can be changed there."""

import io
from http import HTTPStatus
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from knox.models import AuthToken
from PIL import Image
from unfold.admin import ModelAdmin

from diagnosis.choices import Decision, Finding, Role
from diagnosis.models import (
    Analysis,
    AuditRecord,
    Case,
    Cell,
    Clinic,
    Patient,
    Review,
    ShadowResult,
    SignedReport,
    Smear,
    StageReport,
    StageReportImage,
    StoredFile,
    User,
)
from diagnosis.services import intake, reviews
from tests import factories

pytestmark = pytest.mark.django_db

HISTORY: list[type[Model]] = [
    Smear,
    StoredFile,
    Analysis,
    Cell,
    StageReport,
    StageReportImage,
    Review,
    SignedReport,
    ShadowResult,
    AuditRecord,
    LogEntry,
]
NEVER_ADDED_OR_DELETED: list[type[Model]] = [*HISTORY, Case, Patient]
REGISTERED = sorted(admin.site._registry, key=lambda model: model.__name__)


@pytest.fixture
def operator() -> User:
    return factories.UserFactory.create(is_staff=True, is_superuser=True)


@pytest.fixture
def browser(operator: User) -> Client:
    client = Client()
    client.force_login(operator)
    return client


def page(model: type[Model], kind: str, row: Model | None = None) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
    return reverse(name, args=[admin.utils.quote(row.pk)] if row else [])


def signed_case() -> Case:
    case = factories.analysed_case(results=[factories.machine_result("early"), *[factories.unanswered()] * 2])
    factories.shadow_result(case.smears.get(number=1).analyses.get())
    reader = factories.specialist(case.clinic)
    review = reviews.decide(
        case=case,
        by=reader,
        decision=Decision.AGREE,
        finding=Finding.BLASTS_SUSPECTED,
        seen_stage_report=case.current_stage_report_id,
    )
    _, seen = reviews.preview(review)
    reviews.sign_off(review=review, by=reader, password=factories.PASSWORD, seen=seen)
    AuthToken.objects.create(user=case.submitted_by)
    LogEntry.objects.create(user=reader, action_flag=2, object_repr=str(case), object_id=str(case.pk))
    case.refresh_from_db()
    return case


def messages_after(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


@pytest.mark.parametrize("model", list(apps.get_app_config("diagnosis").get_models()), ids=lambda model: model.__name__)
def test_every_model_of_the_product_is_in_the_admin(model: type[Model]) -> None:
    assert admin.site.is_registered(model)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_list_has_the_same_look_and_can_be_searched(model: type[Model]) -> None:
    registered = admin.site._registry[model]
    assert isinstance(registered, ModelAdmin)
    assert registered.search_fields
    assert not registered.show_full_result_count


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model.__name__)
def test_every_list_opens_filters_and_finds(browser: Client, model: type[Model]) -> None:
    signed_case()
    assert browser.get(page(model, "changelist")).status_code == 200
    found = browser.get(page(model, "changelist"), {"q": "nothing-is-called-this"})
    assert found.status_code == 200
    assert found.context["cl"].result_list.count() == 0


@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model.__name__)
def test_history_can_be_read_but_not_added_changed_or_deleted(browser: Client, model: type[Model]) -> None:
    signed_case()
    row = model._default_manager.all()[0]

    read = browser.get(page(model, "change", row))

    assert read.status_code == 200
    assert not read.context["has_change_permission"]
    assert browser.get(page(model, "add")).status_code == 403
    assert browser.post(page(model, "add"), {}).status_code == 403
    assert browser.post(page(model, "change", row), {}).status_code == 403
    assert browser.get(page(model, "delete", row)).status_code == 403
    assert browser.post(page(model, "delete", row), {"post": "yes"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", NEVER_ADDED_OR_DELETED, ids=lambda model: model.__name__)
def test_no_list_offers_to_delete_what_is_kept(browser: Client, model: type[Model]) -> None:
    signed_case()
    row = model._default_manager.all()[0]
    chosen = {"action": "delete_selected", "_selected_action": [str(row.pk)], "post": "yes"}
    browser.post(page(model, "changelist"), chosen)
    assert model._default_manager.filter(pk=row.pk).exists()
    assert browser.get(page(model, "add")).status_code == 403


def test_a_longer_list_asks_the_database_no_more_often(browser: Client) -> None:
    def questions() -> dict[str, int]:
        counts = {}
        for model in NEVER_ADDED_OR_DELETED:
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(page(model, "changelist")).status_code == 200
            counts[model.__name__] = len(asked)
        return counts

    signed_case()
    questions()  # content types are asked once, then remembered
    few = questions()
    for _ in range(2):
        signed_case()

    assert questions() == few


def test_the_bytes_of_stored_files_stay_in_the_database(browser: Client) -> None:
    stored = factories.smear(factories.case())
    row = StoredFile.objects.get(name=stored.image.name)
    for address in (page(StoredFile, "changelist"), page(StoredFile, "change", row)):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        assert not [query for query in asked.captured_queries if '"content"' in query["sql"]]


def test_a_row_is_found_by_its_id(browser: Client) -> None:
    first, second = factories.case(), factories.case()
    found = browser.get(page(Case, "changelist"), {"q": f" {second.pk} "}).context["cl"].result_list
    assert list(found) == [second]
    assert first not in found


def test_a_case_shows_the_state_that_people_see(browser: Client) -> None:
    case = signed_case()
    waiting = factories.case()
    text = browser.get(page(Case, "changelist")).content.decode()
    assert "awaiting images" in text
    assert "signed" in text
    assert "critical" in text
    assert "signed" in browser.get(page(Case, "change", case)).content.decode()
    assert "awaiting images" in browser.get(page(Case, "change", waiting)).content.decode()


def test_the_course_of_a_case_cannot_be_changed_but_its_clinical_facts_can(browser: Client) -> None:
    case = factories.case()
    sent = {
        "accession": case.accession,
        "specimen": "marrow",
        "stain": "Giemsa",
        "status": "signed",
        "priority": "stat",
    }

    browser.post(page(Case, "change", case), sent)

    case.refresh_from_db()
    assert (case.specimen, case.stain) == ("marrow", "Giemsa")
    assert (case.status, case.priority) == ("open", "routine")
    assert LogEntry.objects.get().object_id == str(case.pk)


def test_the_facts_of_a_signed_case_cannot_be_changed(browser: Client) -> None:
    case = signed_case()
    answer = browser.post(page(Case, "change", case), {"accession": "X", "specimen": "marrow"})
    assert answer.status_code == 403
    case.refresh_from_db()
    assert case.specimen == "blood"


@pytest.mark.parametrize(("stores_names", "stored"), [(True, "Mina Rostami"), (False, "")])
def test_a_patients_name_is_only_stored_where_the_clinic_stores_names(
    browser: Client,
    stores_names: bool,  # noqa: FBT001 - a parameter of the test
    stored: str,
) -> None:
    patient = factories.PatientFactory.create(clinic=factories.ClinicFactory.create(stores_names=stores_names))
    sent = {"number": "P-7", "name": "Mina Rostami", "year_of_birth": "2018", "sex": "female"}

    assert browser.post(page(Patient, "change", patient), sent).status_code == 302

    patient.refresh_from_db()
    assert (patient.number, patient.name, patient.year_of_birth) == ("P-7", stored, 2018)


def test_a_clinic_with_a_role_can_be_made(browser: Client) -> None:
    doctor = factories.UserFactory.create()
    sent = {
        "name": "West clinic",
        "slug": "west",
        "time_zone": "Europe/Oslo",
        "minimum_images": 3,
        "minimum_leukocytes": 20,
        "critical_target": 120,
        "urgent_target": 240,
        "routine_target": 1440,
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 0,
        "memberships-0-user": doctor.pk,
        "memberships-0-role": Role.SUBMITTER,
    }
    answer = browser.post(page(Clinic, "add"), sent)
    assert answer.status_code == 302
    assert doctor.memberships.get().clinic.slug == "west"


def test_a_user_can_be_made_and_is_never_deleted(browser: Client, operator: User) -> None:
    sent = {
        "username": "dr.berg",
        "first_name": "Nora",
        "last_name": "Berg",
        "usable_password": "true",
        "password1": "a long enough phrase",
        "password2": "a long enough phrase",
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    assert browser.post(page(User, "add"), sent).status_code == 302
    assert User.objects.get(username="dr.berg").check_password("a long enough phrase")
    assert browser.post(page(User, "delete", operator), {"post": "yes"}).status_code == 403


def test_a_token_can_be_revoked_but_not_made_or_changed(browser: Client) -> None:
    token = AuthToken.objects.create(user=factories.UserFactory.create())[0]
    assert browser.get(page(AuthToken, "add")).status_code == 403
    assert browser.post(page(AuthToken, "change", token), {}).status_code == 403
    browser.post(page(AuthToken, "delete", token), {"post": "yes"})
    assert not AuthToken.objects.exists()


def test_a_smear_is_shown_as_a_thumbnail(browser: Client) -> None:
    smear = factories.smear(factories.case())
    address = reverse("admin:diagnosis_smear_thumbnail", args=[smear.pk])
    assert address in browser.get(page(Smear, "changelist")).content.decode()
    assert address in browser.get(page(Smear, "change", smear)).content.decode()

    answer = browser.get(address)

    assert answer["Content-Type"] == "image/jpeg"
    assert "private" in answer["Cache-Control"]
    assert max(Image.open(io.BytesIO(answer.content)).size) == 320


def test_a_thumbnail_asks_who_is_looking() -> None:
    smear = factories.smear(factories.case())
    address = reverse("admin:diagnosis_smear_thumbnail", args=[smear.pk])

    assert Client().get(address).status_code == 302
    for user, status in (
        (smear.uploaded_by, 302),  # the portal is for them
        (factories.UserFactory.create(is_staff=True), 403),
    ):
        client = Client()
        client.force_login(user)
        assert client.get(address).status_code == status


def test_visitor_signs_in_on_the_portals_page(client: Client) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sign-in"))


def test_doctor_is_told_that_the_admin_is_not_theirs(client: Client) -> None:
    client.force_login(factories.submitter(factories.ClinicFactory.create()))
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "for operators" in answer.content.decode()


def test_staff_without_rights_of_their_own_cannot_make_themselves_superusers() -> None:
    helper = factories.UserFactory.create(is_staff=True)
    rights = apps.get_model("auth", "Permission").objects.filter(codename__in=["change_user", "view_user"])
    helper.user_permissions.set(rights)
    client = Client()
    client.force_login(helper)
    sent = {"username": helper.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}

    assert client.post(page(User, "change", helper), sent).status_code == 302

    helper.refresh_from_db()
    assert not helper.is_superuser


def test_shadow_results_show_how_often_the_artefacts_agree(browser: Client) -> None:
    case = factories.analysed_case(results=[*[factories.machine_result("early")] * 3, factories.unanswered()])
    same, other, across, unanswered = [smear.analyses.get() for smear in case.smears.order_by("number")]
    factories.shadow_result(same, factories.machine_result("early"))
    factories.shadow_result(other, factories.machine_result("pre"))
    factories.shadow_result(across, factories.machine_result("benign"))
    factories.shadow_result(unanswered, factories.unanswered())
    factories.shadow_result(same, factories.machine_result("benign"), artefact="second-1.0.0")

    whole = browser.get(page(ShadowResult, "changelist"))
    assert whole.context["agreement"]["rows"] == [
        ["drawn-in-shadow-9.9.9", "drawn-by-test", "2 of 4 images", 1],
        ["second-1.0.0", "drawn-by-test", "0 of 1 images", 1],
    ]
    assert "2 of 4 images" in whole.content.decode()

    filtered = browser.get(page(ShadowResult, "changelist"), {"comparison": "across"}).context
    assert [row.analysis for row in filtered["cl"].result_list] == [same, across]
    assert filtered["agreement"]["rows"] == [
        ["drawn-in-shadow-9.9.9", "drawn-by-test", "0 of 1 images", 1],
        ["second-1.0.0", "drawn-by-test", "0 of 1 images", 1],
    ]


def test_a_list_without_shadow_results_shows_no_agreement(browser: Client) -> None:
    answer = browser.get(page(ShadowResult, "changelist"))
    assert answer.context["agreement"]["rows"] == []
    assert "same outcome and class" not in answer.content.decode()


def run_again(browser: Client, model: type[Model], rows: list[Model]) -> list[str]:
    chosen = {"action": "run_analyses_again", "_selected_action": [str(row.pk) for row in rows]}
    return messages_after(browser.post(page(model, "changelist"), chosen, follow=True))


def test_analyses_of_smears_and_of_cases_can_be_run_again(browser: Client, operator: User) -> None:
    case = factories.analysed_case()
    operator.memberships.create(clinic=case.clinic, role=Role.ADMINISTRATOR)
    smears = list(case.smears.all())

    assert run_again(browser, Smear, smears[:1]) == ["1 analysis is queued again."]
    newest = intake.newest_analysis(smears[0])
    assert (newest.status, newest.requested_by) == ("queued", operator)

    assert run_again(browser, Case, [case]) == [
        "2 analyses are queued again.",
        f"{case.accession} / 1: This smear is being analysed now. Wait for the result, then run it again.",
    ]
    assert Analysis.objects.count() == 6


def test_each_refusal_to_run_again_is_said_once_with_those_it_concerns(browser: Client, operator: User) -> None:
    closed, foreign, empty = signed_case(), factories.analysed_case(), factories.case()
    operator.memberships.create(clinic=closed.clinic, role=Role.ADMINISTRATOR)

    said = run_again(browser, Case, [closed, foreign])

    assert len(said) == 2
    assert any("This case is closed" in message and f"{closed.accession} / 3" in message for message in said)
    assert any("Your role" in message and f"{foreign.accession} / 1" in message for message in said)
    assert run_again(browser, Case, [empty]) == ["There is no smear among these, so nothing was queued."]
    assert Analysis.objects.count() == 6


def test_a_long_refusal_names_a_few_and_counts_the_rest(browser: Client) -> None:
    case = factories.analysed_case(results=[factories.machine_result() for _ in range(7)])
    [said] = run_again(browser, Case, [case])
    assert f"{case.accession} / 5 and 2 more: Your role" in said


def test_only_the_admin_may_run_what_its_theme_compiles(browser: Client) -> None:
    relaxed = browser.get(reverse("admin:index"))["Content-Security-Policy"]
    strict = browser.get("/healthz")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in relaxed
    assert "frame-ancestors 'none'" in relaxed
    assert "unsafe-eval" not in strict
