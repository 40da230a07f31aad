"""The figures' page narrows by period, clinic and device; what it shows can be taken as CSV and SVG."""

import csv
import io
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from diagnosis.choices import Act
from diagnosis.models import AuditRecord, Case, Device
from diagnosis.web.figures import PERIODS
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create(name="Klinikk Nord")


@pytest.fixture
def client(clinic):
    client = Client()
    client.force_login(factories.administrator(clinic))
    return client


@pytest.fixture
def signed(clinic):
    case = factories.analysed_case(clinic=clinic)
    Case.objects.filter(pk=case.pk).update(status="signed", signed_at=timezone.now())
    return case


def table(response, name):
    return next(table for table in response.context["tables"] if table.name == name)


def test_every_table_stands_on_the_page_with_its_plot(client, signed):
    page = client.get(reverse("figures")).content.decode()
    for title in ("Turnaround", "Critical results", "Machine answers", "Agreement with the machine", "Second readings"):
        assert title in page
    assert page.count("<svg") - page.count('class="icon"') >= 2
    assert "Nothing to count in this period." in page


def test_a_period_without_cases_is_empty(client, signed):
    before = client.get(reverse("figures"), {"since": "2020-01-01", "until": "2020-02-01"})
    assert sum(row["signed"] for row in table(before, "turnaround").rows) == 0
    assert table(before, "machine").rows == []
    assert sum(row["signed"] for row in table(client.get(reverse("figures")), "turnaround").rows) == 1


def test_the_period_that_is_shown_is_marked_and_keeps_what_was_chosen_since(client, clinic):
    def marked(**asked):
        page = client.get(reverse("figures"), asked, headers={"HX-Request": "true"}).content.decode()
        found = re.search(r'id="periods".*?</ul>', page, re.DOTALL)
        assert found
        assert 'hx-swap-oob="true"' in found[0]
        assert found[0].count(f"clinic={clinic.pk}") == found[0].count("<a ") == len(PERIODS)
        return re.findall(r'aria-current="true">(\d+) days', found[0])

    assert marked(clinic=clinic.pk) == ["30"]
    week_ago = timezone.localdate() - timedelta(days=6)
    assert marked(clinic=clinic.pk, since=week_ago.isoformat()) == ["7"]
    assert marked(clinic=clinic.pk, since="2020-01-01") == []


def test_the_page_says_in_which_time_zone_its_days_are(client):
    today = date_format(timezone.localdate(), "DATE_FORMAT")
    assert (
        f"Days begin and end by the clock of UTC, where today is {today}."
        in client.get(reverse("figures")).content.decode()
    )


def test_the_notes_say_by_which_target_and_how_blind_was_counted(client, signed):
    answer = client.get(reverse("figures"))
    assert "the target shown is today's" in str(table(answer, "turnaround").note)
    assert "No reading here is independent of the machine's" in str(table(answer, "agreement").note)


def test_a_period_that_ends_before_it_begins_is_refused_in_words(client):
    answer = client.get(reverse("figures"), {"since": "2026-02-01", "until": "2026-01-01"})
    assert "ends before it begins" in answer.content.decode()
    assert answer.context["tables"] == []


@pytest.mark.parametrize("day", ["0001-01-01", "0202-11-01", "9999-12-31"])
def test_a_day_before_any_case_or_after_today_is_refused_in_words(client, day):
    answer = client.get(reverse("figures"), {"since": day})
    assert "Choose days from 2000 until today." in answer.content.decode()
    answer = client.get(reverse("figures"), {"until": day})
    assert "Choose days from 2000 until today." in answer.content.decode()


def test_other_clinics_are_not_counted_and_cannot_be_chosen(client):
    foreign = factories.analysed_case()
    assert table(client.get(reverse("figures")), "machine").rows == []
    chosen = client.get(reverse("figures"), {"clinic": foreign.clinic_id})
    assert chosen.context["tables"] == []
    device = Device.objects.create(clinic=foreign.clinic, name="Foreign")
    assert "Foreign" not in client.get(reverse("figures")).content.decode()
    assert client.get(reverse("figures"), {"device": str(device.pk)}).context["tables"] == []


def test_rows_come_as_csv(client, signed):
    answer = client.get(reverse("figures-csv", args=["machine"]))
    titles, row = csv.reader(io.StringIO(answer.content.decode()))
    said = dict(zip(titles, row, strict=True))
    assert (said["clinic"], said["analyses"], said["in_time_share"]) == ("Klinikk Nord", "3", "1.0")
    assert (said["in_time_share_low"], said["in_time_share_high"]) == ("0.4385", "1.0")
    today = timezone.localdate()
    period = f"{today - timedelta(days=29)}_{today}"
    assert answer["Content-Disposition"] == f'attachment; filename="machine_{period}.csv"'


def test_a_plot_comes_as_a_drawing_that_stands_alone(client, signed):
    answer = client.get(reverse("figures-svg", args=["machine"]))
    assert answer["Content-Type"] == "image/svg+xml"
    drawing = ET.fromstring(answer.content)  # noqa: S314 - our own drawing
    words = " ".join(drawing.itertext())
    assert f"Klinikk Nord, {date_format(timezone.localdate() - timedelta(days=29), 'DATE_FORMAT')} to " in words
    assert "Machine answers" in words
    assert "(UTC)" in words
    assert "prefers-color-scheme:dark" in words


@pytest.mark.parametrize("name", ["figures-csv", "figures-svg"])
def test_tables_that_do_not_exist_are_not_found(client, name):
    assert client.get(reverse(name, args=["nothing"])).status_code == 404


def test_the_audit_trail_comes_as_csv_without_patients_and_is_itself_recorded(client, clinic, signed):
    answer = client.get(reverse("audit-csv"))
    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert {line["clinic"] for line in lines} == {clinic.slug}
    assert str(signed.pk) in {line["case"] for line in lines}
    assert signed.patient.number not in str(lines)
    assert AuditRecord.objects.get(act=Act.EXPORTED).clinic == clinic
