import itertools

import pytest

from diagnosis import transitions
from diagnosis.choices import AnalysisStatus, CaseStatus
from diagnosis.errors import TransitionRefused

TABLES = [(transitions.ANALYSIS, AnalysisStatus), (transitions.CASE, CaseStatus)]
PAIRS = [
    (table, before, after)
    for table, statuses in TABLES
    for before, after in itertools.product(statuses.values, repeat=2)
]


@pytest.mark.parametrize(("table", "statuses"), TABLES)
def test_every_status_has_its_line(table, statuses):
    assert set(table) == set(statuses.values)


@pytest.mark.parametrize(("table", "before", "after"), PAIRS)
def test_pairs_in_the_table_pass_and_all_others_are_refused(table, before, after):
    if after in table[before]:
        transitions.require(table, before, after)
    else:
        with pytest.raises(TransitionRefused):
            transitions.require(table, before, after)
