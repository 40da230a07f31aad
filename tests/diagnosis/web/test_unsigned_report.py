import pytest

from diagnosis.choices import Act
from diagnosis.models import AuditRecord
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.analysed_case(results=[factories.machine_result("early") for _ in range(3)])


def test_each_warning_and_pin_is_shown_once(client):
    outside = "Most of what the classification rests on lies outside the cells."
    results = [factories.machine_result("early", warnings=[outside]) for _ in range(2)]
    shown = factories.analysed_case(results=[*results, factories.machine_result("early")])
    client.force_login(factories.submitter(shown.clinic))
    page = client.get(f"/cases/{shown.pk}/report/").content.decode()
    assert f"Images 1, 2: {outside}" in page
    assert page.count(outside) == 1
    assert page.count(factories.PINS["artefact"]) == 1


@pytest.mark.parametrize("role", ["submitter", "administrator", "specialist"])
def test_everybody_of_the_clinic_reads_the_report_and_is_noted(case, client, role):
    user = factories.member(case.clinic, role)
    client.force_login(user)
    page = client.get(f"/cases/{case.pk}/report/").content.decode()
    assert "Unsigned machine result. Not reviewed by a specialist." in page
    assert factories.FLAGGED_SENTENCE in page
    assert (f"/cases/{case.pk}/review/" in page) == (role == "specialist")
    assert AuditRecord.objects.filter(act=Act.REPORT_READ, by=user, case=case).exists()


def test_outsiders_read_no_report(case, client):
    client.force_login(factories.outsider())
    for address in ("report/", "report/pdf/", "report/1/", "report/1/pdf/"):
        assert client.get(f"/cases/{case.pk}/{address}").status_code == 404


def test_version_that_nobody_signed_is_not_found(case, client):
    client.force_login(factories.specialist(case.clinic))
    assert client.get(f"/cases/{case.pk}/report/7/").status_code == 404


def test_case_under_analysis_has_no_report_yet(client):
    case = factories.case()
    factories.smear(case)
    client.force_login(factories.submitter(case.clinic))
    response = client.get(f"/cases/{case.pk}/report/")
    assert response.status_code == 404
    assert "still being analysed" in response.content.decode()
