"""What the history of the admin holds of a change: what stood there before, and what stands there now."""

import html
import re

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db.models import Model
from django.test import Client

from diagnosis.choices import Role
from diagnosis.models import Case, Clinic, Device, Membership, Patient, User
from tests import factories
from tests.diagnosis.admin_pages import page, save

pytestmark = pytest.mark.django_db


def history(browser: Client, row: Model) -> str:
    said = html.unescape(browser.get(page(type(row), "history", row)).content.decode())
    return re.sub(r"\s+", " ", re.sub(r"</?q[^>]*>", "'", said))


def test_a_text_that_was_replaced_is_still_read_whole(browser: Client) -> None:
    before = "Fever for two weeks.\n" + "Bruises on both legs. " * 100 + "<b>"
    case = factories.case(clinical_notes=before.strip())
    save(browser, case, clinical_notes="Tired.")
    told = history(browser, case)
    assert "Clinical notes: was 'Fever for two weeks.<br>Bruises" in told
    assert before.count("Bruises") == told.count("Bruises")
    assert "is now 'Tired.'" in told
    assert "&lt;b&gt;" in browser.get(page(Case, "history", case)).content.decode()


def test_each_changed_field_of_a_clinic_has_both_numbers(browser: Client) -> None:
    clinic = factories.ClinicFactory.create()
    save(browser, clinic, critical_target=60, reads_blind="on", image_retention_days=30)
    told = history(browser, clinic)
    assert "Minutes to review, critical: was 120, is now 60" in told
    assert "Reads blind: was no, is now yes" in told
    assert "Days to keep images: was —, is now 30" in told
    assert "Minutes to review, urgent" not in told


def test_a_row_within_a_form_keeps_its_values_too(browser: Client) -> None:
    clinic = factories.ClinicFactory.create()
    device = Device.objects.create(clinic=clinic, name="BX43", micrometres_per_pixel=0.07)
    save(browser, clinic, **{"devices-0-micrometres_per_pixel": "0.065"})
    assert "Micrometres per pixel: was 0.07, is now 0.065" in history(browser, clinic)
    device.refresh_from_db()
    assert device.micrometres_per_pixel == 0.065


def test_another_row_is_kept_by_its_name(browser: Client) -> None:
    first, second = factories.ClinicFactory.create(), factories.ClinicFactory.create()
    role = Membership.objects.create(user=factories.UserFactory.create(), clinic=first, role=Role.SUBMITTER)
    save(browser, role, clinic=second.pk)
    assert f"Clinic: was '{first.name}', is now '{second.name}'" in history(browser, role)


def test_rights_are_kept_with_what_a_group_had(browser: Client) -> None:
    person = factories.UserFactory.create()
    group = apps.get_model("auth", "Group").objects.create(name="Helpers")
    save(browser, person, groups=[group.pk], is_staff="on")
    told = history(browser, person)
    assert "Groups: was —, is now 'Helpers'" in told
    assert "Staff status: was no, is now yes" in told


def test_no_password_is_kept(browser: Client) -> None:
    person = factories.UserFactory.create()
    words = {"password1": "a long enough phrase", "password2": "a long enough phrase", "usable_password": "true"}
    address = page(User, "change", person).replace("/change/", "/password/")
    assert browser.post(address, {**words, "set-password": "yes"}).status_code == 302
    person.refresh_from_db()
    assert person.check_password("a long enough phrase")
    [entry] = LogEntry.objects.all()
    assert "phrase" not in entry.change_message
    assert person.password not in entry.change_message
    assert "Changed password" in history(browser, person)


def test_ends_of_lines_are_no_change(browser: Client) -> None:
    case = factories.case(clinical_notes="Fever.\nTired.")
    save(browser, case, clinical_notes="Fever.\r\nTired.", stain="Giemsa")
    told = history(browser, case)
    assert "Stain: was —, is now 'Giemsa'" in told
    assert "Clinical notes" not in told


def test_the_list_of_changes_leads_to_the_values(browser: Client) -> None:
    patient = factories.PatientFactory.create(year_of_birth=2015)
    save(browser, patient, year_of_birth=2005)
    entry = LogEntry.objects.get()
    assert "was 2015, is now 2005" in browser.get(page(LogEntry, "change", entry)).content.decode()


@pytest.mark.parametrize("model", [Case, Patient, Clinic])
def test_a_history_counts_its_entries(browser: Client, model: type[Model]) -> None:
    row = factories.case()
    changed = {Case: row, Patient: row.patient, Clinic: row.clinic}[model]
    field = {Case: {"stain": "Giemsa"}, Patient: {"year_of_birth": 2001}, Clinic: {"machine_target": 3}}[model]
    save(browser, changed, **field)
    told = history(browser, changed)
    assert "1 entry" in told
    assert "entries" not in told
