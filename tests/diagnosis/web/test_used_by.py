"""Which signed reports rest on a network, and what the one in shadow would change of them."""

import csv
import dataclasses
import io
import math
from datetime import timedelta

import pgtrigger
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from diagnosis import artefacts, queue
from diagnosis.choices import Act
from diagnosis.models import Analysis, AuditRecord, Case, Review, ShadowResult, ShadowStatement, SignedReport
from diagnosis.services import shadows
from diagnosis.services.results import MachineResult
from diagnosis.web import used_by
from tests import factories
from workers import pipeline

pytestmark = pytest.mark.django_db

MODEL = factories.PINS["model_sha256"]
SHADOW = "convnet-1.0.0"


@pytest.fixture
def client(clinic):
    client = Client()
    client.force_login(factories.administrator(clinic))
    return client


@pytest.fixture
def in_shadow(settings):
    settings.SHADOW_ARTEFACT = SHADOW
    return artefacts.named(SHADOW)


@pytest.fixture
def rung(monkeypatch):
    """Note for which analyses the shadow's queue is rung; each new analysis rings too."""
    found = []
    monkeypatch.setattr(queue, "is_up", lambda: True)
    monkeypatch.setattr(queue, "ring_shadow", lambda analysis: found.append(analysis.pk))
    return found


def signed(clinic, *, results=None, ago=timedelta(0)):
    """Store a signed report of a case, without the way there."""
    case = factories.analysed_case(clinic=clinic, results=results or [factories.machine_result()] * 2)
    reader = factories.specialist(clinic)
    review = Review.objects.create(
        case=case,
        reviewer=reader,
        stage_report=case.current_stage_report,
        decision="agree",
        finding="no_blasts_seen",
        reviewed_at=timezone.now(),
    )
    return SignedReport.objects.create(
        case=case,
        version=1,
        review=review,
        signed_by=reader,
        signed_at=timezone.now() - ago,
        meaning="authored",
        content={},
        sha256="a" * 64,
    )


def spoken(report, *labels):
    """Store what the artefact in shadow says of a report's images."""
    for smear, label in zip(report.case.smears.order_by("number"), labels, strict=False):
        pins = {"artefact": SHADOW, "artefact_version": "1.0.0", "model_sha256": "c" * 64}
        said = label if isinstance(label, MachineResult) else factories.machine_result(label)
        said = dataclasses.replace(said, pins=pins)
        shadows.record(smear.analyses.get().pk, said, rule=pipeline.state_case_in_shadow, at=timezone.now())


def test_reports_that_rest_on_the_network_are_listed_newest_first(client, clinic):
    old, new = signed(clinic, ago=timedelta(days=1)), signed(clinic)
    signed(clinic, results=[factories.machine_result(pins={"artefact": "other", "model_sha256": "1" * 64})])
    signed(factories.ClinicFactory.create())
    factories.analysed_case(clinic=clinic)
    page = client.get(reverse("model-reports", args=[MODEL]))
    assert page.context["reports"] == [new, old]


def test_the_list_goes_on_where_a_page_ends(client, clinic, monkeypatch):
    monkeypatch.setattr(used_by, "PER_PAGE", 2)
    stored = [signed(clinic, ago=timedelta(days=days)) for days in range(5)]
    stored[2].signed_at, found, after = stored[1].signed_at, [], None
    while after != "":
        page = client.get(reverse("model-reports", args=[MODEL]), {"after": after} if after else {})
        found += page.context["reports"]
        after = page.context["after"]
    assert found == stored
    assert client.get(reverse("model-reports", args=[MODEL]), {"after": "nonsense"}).status_code == 200


def test_the_list_comes_as_csv_without_patients_and_is_recorded(client, clinic):
    report = signed(clinic)
    answer = client.get(reverse("model-reports-csv", args=[MODEL]))
    [line] = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert (line["accession"], line["version"], line["sha256"]) == (report.case.accession, "1", report.sha256)
    assert line["submitted_by"] == report.case.submitted_by.username
    assert line["signed_by"] == report.signed_by.username
    assert report.case.patient.number not in str(line)
    assert AuditRecord.objects.get(act=Act.EXPORTED).detail == {"list": "reports", "model": MODEL}


def test_signed_images_are_asked_in_shadow_once_and_on_record(client, clinic, in_shadow, rung):
    report = signed(clinic)
    spoken(report, "benign")
    factories.analysed_case(clinic=clinic)
    signed(factories.ClinicFactory.create())
    rung.clear()
    page = client.post(reverse("model-shadow", args=[MODEL]), follow=True)
    assert "1 analysis is asked again." in page.content.decode()
    assert rung == [report.case.smears.get(number=2).analyses.get().pk]
    record = AuditRecord.objects.get(act=Act.SHADOW_REQUESTED)
    assert record.detail == {"model": MODEL, "shadow": SHADOW, "analyses": 1}


def test_no_more_are_asked_at_once_than_a_chunk(client, clinic, in_shadow, rung, monkeypatch):
    monkeypatch.setattr(shadows, "AT_ONCE", 3)
    for _ in range(2):
        signed(clinic)
    rung.clear()
    client.post(reverse("model-shadow", args=[MODEL]))
    assert len(rung) == 3


def test_without_a_model_in_shadow_nothing_is_asked(client, clinic, rung):
    signed(clinic)
    page = client.get(reverse("model-shadow", args=[MODEL])).content.decode()
    assert "No model runs in shadow" in page
    assert client.post(reverse("model-shadow", args=[MODEL])).status_code == 409
    assert rung == []


def test_a_network_is_not_compared_with_itself(client, clinic, in_shadow, rung):
    pins = {"artefact": SHADOW, "model_sha256": in_shadow.sha256}
    signed(clinic, results=[factories.machine_result(pins=pins)])
    rung.clear()
    assert client.post(reverse("model-shadow", args=[in_shadow.sha256])).status_code == 409
    assert rung == []


def test_with_the_queue_down_nothing_is_asked_and_nothing_recorded(client, clinic, in_shadow, rung, monkeypatch):
    monkeypatch.setattr(queue, "is_up", lambda: False)
    signed(clinic)
    assert client.post(reverse("model-shadow", args=[MODEL])).status_code == 409
    assert not AuditRecord.objects.filter(act=Act.SHADOW_REQUESTED).exists()


def test_what_would_change_is_listed_across_the_line_first(client, clinic, in_shadow):
    mild, grave, same = (
        signed(clinic, results=[factories.machine_result(label)] * 2) for label in ("early", "early", "benign")
    )
    spoken(mild, "pre")
    spoken(grave, "benign")
    spoken(same, "benign")
    context = client.get(reverse("model-shadow", args=[MODEL])).context
    assert [(row.analysis.smear.case, row.comparison) for row in context["changes"]] == [
        (grave.case, "across"),
        (mild.case, "different"),
    ]
    assert (context["changed"], context["across"]) == (2, 1)
    assert (context["progress"].answered, context["progress"].analyses) == (3, 6)
    answer = client.get(reverse("model-shadow-csv", args=[MODEL]))
    first, second = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert (first["accession"], first["said"], first["would_say"]) == (grave.case.accession, "early", "benign")
    assert second["comparison"] == "different"


@pytest.mark.parametrize(
    ("was", "would", "change"),
    [
        (["benign"] * 3, ["early", "early", "early"], "raised"),
        (["early"] * 3, ["benign"] * 3, "lowered"),
        (["benign"] * 3, [factories.unanswered("novel")] * 3, "statement"),
        (["early"] * 3, ["pro"] * 3, "pattern"),
        (["benign"] * 3, ["benign", "benign", factories.unanswered("abstained", log_odds=-2.0)], None),
    ],
)
def test_what_would_have_been_stated_of_a_case_is_compared(client, clinic, in_shadow, was, would, change):
    report = signed(clinic, results=[factories.machine_result(label) for label in was])
    spoken(report, *would)
    context = client.get(reverse("model-shadow", args=[MODEL])).context
    assert [row.change for row in context["cases"]] == ([change] if change else [])
    assert {str(kind): count for kind, count in context["case_counts"] if count} == ({change: 1} if change else {})
    assert (context["progress"].stated, context["progress"].is_done) == (1, True)


def test_a_case_is_stated_when_its_last_image_was_shown_and_not_before(client, clinic, in_shadow):
    report = signed(clinic, results=[factories.machine_result()] * 3)
    spoken(report, "early", "early")
    assert not ShadowStatement.objects.exists()
    spoken(report, "early", "early", "early")
    stated = ShadowStatement.objects.get()
    assert (stated.statement, stated.is_flagged, stated.pattern_class) == ("flagged", True, "early")
    assert stated.trimmed_mean == pytest.approx(math.log(0.99 / 0.01), abs=1e-4)
    report.case.current_stage_report.refresh_from_db()
    assert not report.case.current_stage_report.is_flagged


def test_cases_that_would_change_come_as_csv_with_both_statements(client, clinic, in_shadow):
    report = signed(clinic, results=[factories.machine_result()] * 3)
    spoken(report, "early", "early", "early")
    spoken(signed(factories.ClinicFactory.create(), results=[factories.machine_result()]), "early")
    answer = client.get(reverse("model-shadow-cases-csv", args=[MODEL]))
    [line] = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert (line["accession"], line["change"]) == (report.case.accession, "raised")
    assert (line["said"], line["would_say"], line["class_would_say"]) == ("not_flagged", "flagged", "early")
    assert AuditRecord.objects.get(act=Act.EXPORTED).detail == {"list": "case changes", "model": MODEL}


def test_cases_without_their_statement_are_asked_of_once_more(client, clinic, in_shadow, rung):
    report = signed(clinic)
    spoken(report, "benign", "benign")
    with pgtrigger.ignore("diagnosis.ShadowStatement:append_only"):
        ShadowStatement.objects.all().delete()
    rung.clear()
    page = client.post(reverse("model-shadow", args=[MODEL]), follow=True)
    assert len(rung) == 1
    assert "Ask once more" in page.content.decode()
    spoken(report, "benign")
    assert client.get(reverse("model-shadow", args=[MODEL])).context["progress"].is_done


def test_images_that_were_deleted_are_not_asked_of_and_the_rest_comes_to_an_end(client, clinic, in_shadow, rung):
    gone, there = signed(clinic), signed(clinic)
    Case.objects.filter(pk=gone.case_id).update(images_deleted_at=timezone.now())
    address = reverse("model-shadow", args=[MODEL])
    rung.clear()
    client.post(address)
    assert {analysis.smear.case for analysis in Analysis.objects.filter(pk__in=rung)} == {there.case}
    spoken(there, "benign", "benign")
    page = client.get(address)
    assert (page.context["progress"].is_done, page.context["progress"].gone) == (True, 2)
    assert "2 images were deleted at the end of their retention" in page.content.decode()


def test_progress_answers_only_when_it_has_changed(client, clinic, in_shadow):
    report = signed(clinic)
    address = reverse("model-shadow-progress", args=[MODEL])
    assert client.get(address, {"seen": "0"}).status_code == 204
    spoken(report, "early", "benign")
    answer = client.get(address, {"seen": "0"})
    assert "2 of 2 images shown to it" in answer.content.decode()
    assert "data-poll" not in answer.content.decode()
    assert ShadowResult.objects.count() == 2


def test_readers_are_not_told_what_a_shadow_says(clinic, in_shadow):
    spoken(signed(clinic), "early")
    client = Client()
    client.force_login(factories.specialist(clinic))
    for name in ("model-shadow", "model-shadow-progress", "model-shadow-csv", "model-shadow-cases-csv"):
        assert client.get(reverse(name, args=[MODEL])).status_code == 403
    assert "in shadow</a>" not in client.get(reverse("model-reports", args=[MODEL])).content.decode()
