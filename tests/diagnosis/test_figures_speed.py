"""A year's figures of twenty thousand cases and a hundred thousand analyses are there before anybody gives up."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from diagnosis.choices import Decision, Finding
from diagnosis.figures import TABLES, Scope
from diagnosis.models import Analysis, Case, Review, Smear, StageReport, StageReportImage
from tests import factories
from tests.diagnosis.multiplied import analyze, multiply, numbered, unguarded

CASES, ANALYSES = 20_000, 100_000
# Seconds for all tables together, on a machine that runs other tests beside this one.
PATIENCE = 30


@pytest.mark.django_db
def test_a_years_figures_come_quickly():
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
    when = "now() - random() * interval '365 days'"
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
            finished_at="now()",
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
        multiply(review, CASES, id=numbered(), case_id=numbered(), stage_report_id=numbered())
    analyze(Case, Smear, Analysis, StageReport, StageReportImage, Review)

    scope = Scope([clinic], timezone.now() - timedelta(days=366), timezone.now())
    took = {}
    for name, counted in TABLES.items():
        began = time.perf_counter()
        table = counted(scope)
        took[name] = round(time.perf_counter() - began, 2)
        if name == "machine":
            assert sum(row["analyses"] for row in table.rows) > ANALYSES
    assert sum(took.values()) < PATIENCE, took
