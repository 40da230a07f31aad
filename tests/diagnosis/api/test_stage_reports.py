import hashlib
import io
import json
from datetime import timedelta

import pytest
from django.utils import timezone
from pypdf import PdfReader

from diagnosis.choices import Act
from diagnosis.models import AuditRecord
from diagnosis.services import reviews
from tests import factories
from tests.diagnosis.api.software import code, software

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor():
    return factories.submitter(factories.ClinicFactory.create())


@pytest.fixture
def client(doctor):
    return software(doctor)


@pytest.fixture
def case(doctor):
    return factories.analysed_case(by=doctor)


def sign(case, comment="", reason=""):
    specialist = factories.specialist(case.clinic)
    review = reviews.decide(
        case=case,
        by=specialist,
        decision="agree",
        finding="no_blasts_seen",
        seen_stage_report=case.current_stage_report_id,
        comment=comment,
    )
    seen = reviews.preview(review)[1]
    return reviews.sign_off(
        review=review, by=specialist, password=factories.PASSWORD, seen=seen, amendment_reason=reason
    )


def report(client, case, query=""):
    return client.send("GET", f"cases/{case.pk}/stage-report/{query}")


def words_of(printed):
    pages = PdfReader(io.BytesIO(printed.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_report_is_not_ready_before_every_image_is_answered(client, doctor):
    case = factories.case(by=doctor)
    for prepare in (lambda: None, lambda: factories.smear(case)):
        prepare()
        answer = report(client, case)
        assert (answer.status_code, code(answer), answer["Retry-After"]) == (404, "stage_report_not_ready", "2")
        assert client.send("GET", f"cases/{case.pk}/stage-report.pdf").status_code == 404
    factories.analyse(case.smears.get())
    assert report(client, case).status_code == 200
    factories.smear(case)
    assert code(report(client, case)) == "stage_report_not_ready"


def test_machine_that_has_no_answer_keeps_nobody_waiting(client, doctor):
    case = factories.case(by=doctor)
    factories.smear(case, at=timezone.now() - timedelta(minutes=6))
    answer = report(client, case).json()
    assert answer["status"] == "partial"
    assert answer["content"]["machine"]["statement"] == "analysis unavailable"


def test_report_that_images_may_still_change_is_not_final_and_says_when_to_ask_again(client, doctor):
    case = factories.case(by=doctor)
    factories.smear(case, at=timezone.now() - timedelta(minutes=6))
    answer = report(client, case)
    body = answer.json()
    assert (answer.status_code, answer["Retry-After"], body["outstanding"]) == (200, "2", 1)
    assert body["content"]["machine"]["is_flagged"] is None
    printed = client.send("GET", f"cases/{case.pk}/stage-report.pdf")
    assert printed["Retry-After"] == "2"
    assert "Not final. Images without an answer so far: 1." in words_of(printed)


def test_answer_of_the_last_image_ends_the_asking(client, case):
    answer = report(client, case)
    body = answer.json()
    assert "Retry-After" not in answer
    assert (body["outstanding"], body["content"]["machine"]["is_flagged"]) == (0, False)
    printed = client.send("GET", f"cases/{case.pk}/stage-report.pdf")
    assert "Retry-After" not in printed
    assert "Not final" not in words_of(printed)


def test_statement_without_the_last_image_does_not_say_that_there_is_no_flag(client, case):
    factories.smear(case, at=timezone.now() - timedelta(minutes=6))
    body = report(client, case).json()
    assert (body["outstanding"], body["content"]["machine"]["is_flagged"]) == (1, None)


def test_raised_flag_is_told_while_other_images_are_analysed(client, doctor):
    case = factories.analysed_case(by=doctor, results=[factories.machine_result("pre")] * 3)
    factories.smear(case)
    answer = report(client, case)
    body = answer.json()
    assert (answer.status_code, answer["Retry-After"], body["outstanding"]) == (200, "2", 1)
    assert body["content"]["machine"]["is_flagged"] is True


def test_signed_report_waits_for_no_image(client, case):
    factories.smear(case, at=timezone.now() - timedelta(minutes=6))
    signed = sign(case)
    answer = report(client, case)
    assert "Retry-After" not in answer
    assert answer.json()["outstanding"] == 0
    assert answer.json()["content"] == signed.content


def test_withdrawn_case_has_no_report(client, case):
    client.send("POST", f"cases/{case.pk}/withdraw/")
    answer = report(client, case)
    assert (answer.status_code, code(answer)) == (404, "no_stage_report")
    assert "Retry-After" not in answer


def test_unsigned_report_is_the_machines_part_alone(client, case):
    body = report(client, case).json()
    assert (body["status"], body["signed"]) == ("partial", None)
    assert body["content"]["specialist"] is None
    assert body["content"]["machine"]["sentence"] == factories.NOT_FLAGGED_SENTENCE
    assert "cannot separate hematogones" in body["content"]["limits"]
    assert len(body["content"]["machine"]["images"]) == 3


def test_signed_report_is_what_was_signed(client, case):
    signed = sign(case, comment="Seen by me.")
    body = report(client, case).json()
    assert body["status"] == "final"
    assert body["signed"]["version"] == 1
    assert body["signed"]["signed_by"] == signed.signed_by.signature_name
    assert body["content"] == signed.content
    canonical = json.dumps(body["content"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == body["signed"]["sha256"]


def test_amended_report_is_a_version_beside_the_first(client, case):
    sign(case, comment="first")
    sign(case, comment="second", reason="A word was missing.")
    assert report(client, case).json()["status"] == "amended"
    versions = client.send("GET", f"cases/{case.pk}/stage-report/versions/").json()["results"]
    assert [(row["version"], row["meaning"], row["amendment_reason"]) for row in versions] == [
        (2, "amended", "A word was missing."),
        (1, "authored", ""),
    ]
    comments = [client.get(row["url"]).json()["content"]["specialist"]["comment"] for row in versions]
    assert comments == ["second", "first"]


@pytest.mark.parametrize(
    ("version", "status", "reason"),
    [("2", 404, "not_found"), ("0", 400, "min_value"), ("x", 400, "invalid"), ("99999", 400, "max_value")],
)
def test_version_that_does_not_exist_is_refused(client, case, version, status, reason):
    sign(case)
    for form in ("stage-report/", "stage-report.pdf"):
        answer = client.send("GET", f"cases/{case.pk}/{form}?version={version}")
        assert (answer.status_code, code(answer)) == (status, reason)


def test_pdf_says_what_the_json_says(client, case):
    def text():
        answer = client.send("GET", f"cases/{case.pk}/stage-report.pdf", headers={"Accept": "application/pdf"})
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Content-Disposition"].startswith(f'inline; filename="stage-report-{case.accession}-')
        return words_of(answer)

    assert "No blast-suspect pattern in the analysed images" in text()
    assert "unsigned" in text().lower()
    signed = sign(case, comment="Please send a tube for flow cytometry.")
    assert case.accession in text()
    assert "Please send a tube for flow cytometry." in text()
    assert signed.signed_by.signature_name in text()


def test_reading_a_report_is_noted(client, case, doctor):
    report(client, case)
    note = AuditRecord.objects.get(act=Act.REPORT_READ)
    assert (note.by, note.case, note.detail) == (doctor, case, {"status": "partial", "version": None})
