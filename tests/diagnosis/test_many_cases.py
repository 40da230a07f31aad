"""The lists among very many cases: pages come out of indexes, and no question is asked of the whole table.

CASES=1000000 pytest -s --timeout=3000 tests/diagnosis/test_many_cases.py measures among a million, and prints what each
page took.
"""

import os
import statistics
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.diagnosis import many_cases

CASES = int(os.environ.get("CASES", "200000"))
ROUNDS = 7
# What a page may read of a table that grows with the cases.
GROWING = ("diagnosis_case", "diagnosis_smear", "diagnosis_patient", "diagnosis_stagereport")
PAGES = {
    "the worklist": "/worklist/",
    "its next page": "/worklist/?after={due}",
    "what is critical": "/worklist/?is_critical=true",
    "what nobody has": "/worklist/?held_by=nobody&priority=urgent",
    "what others read": "/worklist/?show=others",
    "an accession number": "/worklist/?q=0000801",
    "the cases": "/cases/",
    "the cases of a clinic": "/cases/?clinic={clinic}",
    "a page far on": "/cases/?after={middle}",
    "the page before it": "/cases/?before={middle}",
    "open cases": "/cases/?state=awaiting_review",
    "signed cases": "/cases/?state=signed&specimen=marrow",
    "overdue cases": "/cases/?is_overdue=true",
    "a patient number": "/cases/?q=K-0012345",
    "part of many numbers": "/cases/?q=A-26",
    "a number that nobody has": "/cases/?q=Z-9999",
    "one submitter's": "/cases/?submitted_by={submitter}",
    "cases of a month ago": "/cases/?submitted_before={day}",
    "the worklist through the API": "/api/v1/cases/?waiting=true&ordering=due_at",
}


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker):
    """Write the cases once, and take them away again."""
    with django_db_blocker.unblock():
        yield from many_cases.written(CASES)


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_page_reads_no_whole_table(client, many, page):
    client.force_login(many.reader)
    address = PAGES[page].format(**many.places)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200
    queries = len(asked)
    assert queries <= 26
    plans = [(query["sql"], plan(query["sql"])) for query in asked if query["sql"].startswith("SELECT")]
    whole = [(table, sql) for sql, lines in plans for table in GROWING if f"Seq Scan on {table} " in lines]
    assert not whole, whole[0]
    if "CASES" in os.environ:
        took = statistics.median(timed(client, address) for _ in range(ROUNDS))
        print(f"\n| {page} | {address} | {took:.0f} ms | {queries} queries |")  # noqa: T201 - whoever measures reads it


def plan(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}".replace("%", "%%"), [])
        return "\n".join(line for (line,) in cursor.fetchall())


def timed(client, address):
    begun = time.perf_counter()
    client.get(address)
    return (time.perf_counter() - begun) * 1000
