"""A quarter's figures come before anybody gives up, and from today's rows alone once the days are counted."""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from diagnosis.choices import Decision, Finding
from diagnosis.figures import TABLES, Scope
from diagnosis.models import Analysis, Case, Review, Smear, StageReport, StageReportImage
from diagnosis.services import figures
from tests import factories
from tests.diagnosis.multiplied import analyze, multiply, numbered, unguarded

CASES, ANALYSES = 20_000, 100_000
# Seconds for all tables together, on a machine that runs other tests beside this one.
PATIENCE = 30


@pytest.mark.django_db
def test_a_quarters_figures_come_quickly():
    clinic = factories.ClinicFactory.create()
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result()])
    report, smear = case.current_stage_report, case.smears.get()
    reader = factories.specialist(clinic)
    review = Review.objects.create(
        case=case,
        reviewer=reader,
        stage_report=report,
        decision=Decision.AGREE,
        finding=Finding.NO_BLASTS_SEEN,
        reviewed_at=timezone.now(),
    )
    analysis, image = smear.analyses.get(), report.images.get()
    same = numbered(f"1 + mod(n, {CASES})")
    # Nothing of it within the margin in which a day still counts as changing.
    when = "now() - interval '1 day' - random() * interval '89 days'"
    with unguarded():
        multiply(
            case,
            CASES,
            id=numbered(),
            accession="'A-' || n",
            current_stage_report_id=numbered(),
            submitted_at=when,
            status="'signed'",
            signed_at=f"{when}",
            device="'camera ' || mod(n, 4)",
        )
        multiply(smear, CASES, id=numbered(), case_id=numbered(), sha256="lpad(to_hex(n), 64, '0')", uploaded_at=when)
        multiply(
            analysis,
            ANALYSES,
            id=numbered(),
            smear_id=same,
            queued_at=when,
            finished_at="now() - interval '1 day'",
            outcome="CASE WHEN mod(n, 20) = 0 THEN 'unsuitable' ELSE 'abstained' END",
            predicted_class="''",
            blast_suspect="NULL",
            probabilities="NULL",
            raw_probabilities="'{}'",
            activation_map="NULL",
            quality="NULL",
        )
        multiply(report, CASES, id=numbered(), case_id=numbered())
        multiply(image, CASES, stage_report_id=numbered(), analysis_id=numbered())
        multiply(
            review,
            CASES,
            id=numbered(),
            case_id=numbered(),
            stage_report_id=numbered(),
            reviewed_at="now() - interval '1 day'",
        )
    analyze(Case, Smear, Analysis, StageReport, StageReportImage, Review)

    scope = Scope([clinic], timezone.now() - timedelta(days=91), timezone.now())
    took = {name: timed(name, scope) for name in TABLES}
    assert sum(table.rows[0]["analyses"] for name, (_, table) in took.items() if name == "machine") > 0
    assert sum(seconds for seconds, _ in took.values()) < PATIENCE, took

    figures.count_days(at=timezone.now(), patience=600)
    with CaptureQueriesContext(connection) as asked:
        again = {name: timed(name, scope)[1] for name in TABLES}
    for name, (_, table) in took.items():
        assert again[name].rows == table.rows, name
    # Of a quarter only today and what changed since the days were counted is looked at. What that is joined to, cases
    # and smears, is few enough here to be read whole; with a million the planner goes by their keys.
    read = Counter()
    for query in asked:
        if query["sql"].startswith("SELECT"):
            read += rows_read(query["sql"])
    assert max(read["diagnosis_analysis"], read["diagnosis_review"], read["diagnosis_stagereport"]) < CASES / 20, read


def timed(name, scope):
    began = time.perf_counter()
    table = TABLES[name](scope)
    return time.perf_counter() - began, table


def rows_read(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}".replace("%", "%%"), [])
        [(found,)] = cursor.fetchall()
    return scanned(found[0]["Plan"])


def scanned(node):
    """Return how many rows of each table the scans below a node gave or threw away."""
    read = sum((scanned(below) for below in node.get("Plans", ())), Counter())
    if "Scan" in node["Node Type"] and "Relation Name" in node:
        rows = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        read[node["Relation Name"]] += round(rows)
    return read
