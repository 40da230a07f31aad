"""The addresses of the admin's pages, the records that it only shows, and a case that has one of each."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.forms import SplitDateTimeField
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from diagnosis.choices import Decision, Finding
from diagnosis.models import (
    Analysis,
    AuditRecord,
    Case,
    Cell,
    Patient,
    Review,
    ShadowResult,
    ShadowStatement,
    SignedReport,
    Smear,
    StageReport,
    StageReportImage,
    StoredFile,
)
from diagnosis.services import reviews
from tests import factories

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
    ShadowStatement,
    AuditRecord,
    LogEntry,
]
NEVER_ADDED_OR_DELETED: list[type[Model]] = [*HISTORY, Case, Patient]

# What the form of a new clinic sends, without people, devices or duties.
CLINIC: dict[str, object] = {
    "name": "West clinic",
    "slug": "west",
    "time_zone": "Europe/Oslo",
    "minimum_images": 3,
    "minimum_leukocytes": 20,
    "critical_target": 120,
    "urgent_target": 240,
    "routine_target": 1440,
    "machine_target": 2,
    "notice_target": 5,
    "acknowledge_target": 30,
    "second_reading_share": 10,
    **{f"{rows}-{count}_FORMS": 0 for rows in ("memberships", "devices", "on_call") for count in ("TOTAL", "INITIAL")},
}


def page(model: type[Model], kind: str, row: Model | None = None) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}"
    return reverse(name, args=[admin.utils.quote(row.pk)] if row else [])


def sent_by(browser: Client, row: Model, **changed: object) -> dict[str, object]:
    """Return what the browser sends of a row's form when these fields of it are changed."""
    context = browser.get(page(type(row), "change", row)).context
    shown = context["adminform"].form
    formsets = [each.formset for each in context["inline_admin_formsets"]]
    sent: dict[str, object] = {}
    for form in (shown, *(form for each in formsets for form in (each.management_form, *each.forms))):
        for name, field in form.fields.items():
            value = form.get_initial_for_field(field, name)
            key = form.add_prefix(name)
            if isinstance(field, SplitDateTimeField):
                sent |= {f"{key}_{part}": words for part, words in enumerate(field.widget.decompress(value))}
            else:
                sent[key] = "" if value is None or value is False else value
    return sent | changed


def save(browser: Client, row: Model, **changed: object) -> None:
    assert browser.post(page(type(row), "change", row), sent_by(browser, row, **changed)).status_code == 302


def signed_case() -> Case:
    case = factories.analysed_case(results=[factories.machine_result("early"), *[factories.unanswered()] * 2])
    for smear in case.smears.all():
        factories.shadow_result(smear.analyses.get())
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
