"""The admin is for operators, and may run what its theme needs; the portal may not."""

from http import HTTPStatus

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.diagnosis.admin_pages import page, signed_case

pytestmark = pytest.mark.django_db


def test_visitor_signs_in_on_the_portals_page(client: Client) -> None:
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sign-in"))


def test_doctor_is_told_that_the_admin_is_not_theirs(client: Client) -> None:
    client.force_login(factories.submitter(factories.ClinicFactory.create()))
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "for operators" in answer.content.decode()


def test_a_clinics_administrator_sees_no_list_of_the_administration(client: Client) -> None:
    case = signed_case()
    client.force_login(factories.administrator(case.clinic))
    for model in admin.site._registry:
        answer = client.get(page(model, "changelist"), follow=True)
        assert answer.status_code == HTTPStatus.FORBIDDEN, model
        assert str(case.accession) not in answer.content.decode()


def test_first_page_and_side_bar_offer_what_one_may_open_and_nothing_else(browser: Client, client: Client) -> None:
    stored_files, clinics = (reverse(f"admin:diagnosis_{name}_changelist") for name in ("storedfile", "clinic"))
    everything = browser.get(reverse("admin:index")).content.decode()
    assert everything.count(f'href="{stored_files}"') == everything.count(f'href="{clinics}"') == 2
    helper = factories.UserFactory.create(is_staff=True)
    helper.user_permissions.add(Permission.objects.get(codename="view_clinic"))
    client.force_login(helper)
    something = client.get(reverse("admin:index")).content.decode()
    assert something.count(f'href="{clinics}"') == 2
    assert stored_files not in something


def test_only_the_admin_may_run_what_its_theme_compiles(browser: Client) -> None:
    relaxed = browser.get(reverse("admin:index"))["Content-Security-Policy"]
    strict = browser.get("/healthz")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in relaxed
    assert "frame-ancestors 'none'" in relaxed
    assert "unsafe-eval" not in strict
