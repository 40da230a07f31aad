import pytest

from diagnosis import selectors
from diagnosis.choices import Act, MarkKind
from diagnosis.errors import CaseClosed, Invalid, NotAllowed, NotFound, OwnCase
from diagnosis.models import AuditRecord, CellMark
from diagnosis.services import intake, marks
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.analysed_case(results=[factories.machine_result("early")])


def smear_of(case):
    return case.smears.get()


def cell_of(case, number=1):
    return smear_of(case).analyses.get().cells.get(number=number)


def standing(case, reader):
    return [(mark.cell and mark.cell.number, mark.kind) for mark in selectors.cell_marks(case, seen_by=reader)]


def test_the_newest_row_of_a_mark_counts_and_all_stay(case, reader):
    first = marks.mark_cell(cell=cell_of(case), by=reader, kind=MarkKind.BLAST)
    second = marks.mark_cell(cell=cell_of(case), by=reader, kind=MarkKind.ARTEFACT)
    assert first.mark == second.mark
    assert standing(case, reader) == [(1, MarkKind.ARTEFACT)]
    assert CellMark.objects.count() == 2


def test_mark_taken_back_no_longer_stands_and_can_be_set_again(case, reader):
    mark = marks.mark_cell(cell=cell_of(case), by=reader, kind=MarkKind.BLAST)
    marks.change(smear=smear_of(case), mark=mark.mark, by=reader, kind=MarkKind.NONE)
    assert standing(case, reader) == []
    marks.mark_cell(cell=cell_of(case), by=reader, kind=MarkKind.NOT_BLAST)
    assert standing(case, reader) == [(1, MarkKind.NOT_BLAST)]


def test_missed_cell_is_marked_where_it_was_drawn(case, reader):
    stored = marks.mark_missed(smear=smear_of(case), box=[5, 6, 20, 30], by=reader, kind=MarkKind.BLAST)
    marks.change(smear=smear_of(case), mark=stored.mark, by=reader, kind=MarkKind.NOT_BLAST)
    (mark,) = selectors.cell_marks(case, seen_by=reader)
    assert (mark.cell, mark.box, mark.kind) == (None, [5, 6, 20, 30], MarkKind.NOT_BLAST)


def test_nobody_marks_the_cells_of_an_own_case(case):
    case.submitted_by.memberships.create(clinic=case.clinic, role="specialist")
    with pytest.raises(OwnCase):
        marks.mark_cell(cell=cell_of(case), by=case.submitted_by, kind=MarkKind.BLAST)


def test_cells_of_a_withdrawn_case_are_not_marked(case, reader):
    intake.withdraw(case=case, by=case.submitted_by)
    with pytest.raises(CaseClosed):
        marks.mark_cell(cell=cell_of(case), by=reader, kind=MarkKind.BLAST)


@pytest.mark.parametrize("box", [[-1, 0, 20, 20], [0, 0, 3, 20], [0, 0, 20, 100_000], [100_000, 0, 20, 20]])
def test_outline_that_is_no_cell_is_refused(case, reader, box):
    with pytest.raises(Invalid, match="Draw it again"):
        marks.mark_missed(smear=smear_of(case), box=box, by=reader, kind=MarkKind.BLAST)


@pytest.mark.parametrize("kind", ["", "monocyte", MarkKind.NONE])
def test_new_mark_says_what_the_cell_is(case, reader, kind):
    with pytest.raises(Invalid, match="Mark the cell"):
        marks.mark_cell(cell=cell_of(case), by=reader, kind=kind)


def test_each_reader_has_their_own_mark(case, reader):
    other = factories.specialist(case.clinic)
    marks.mark_cell(cell=cell_of(case), by=reader, kind=MarkKind.BLAST)
    theirs = marks.mark_cell(cell=cell_of(case), by=other, kind=MarkKind.ARTEFACT)
    assert [mark.kind for mark in selectors.own_marks(case, by=reader)] == ["blast"]
    with pytest.raises(NotFound):
        marks.change(smear=smear_of(case), mark=theirs.mark, by=reader, kind=MarkKind.NONE)


def test_who_reads_blind_sees_only_their_own_marks(case, reader):
    other = factories.specialist(case.clinic)
    marks.mark_cell(cell=cell_of(case, 1), by=reader, kind=MarkKind.BLAST)
    marks.mark_cell(cell=cell_of(case, 2), by=other, kind=MarkKind.BLAST)
    assert sorted(standing(case, reader)) == [(1, MarkKind.BLAST), (2, MarkKind.BLAST)]
    case.clinic.reads_blind = True
    case.clinic.save()
    assert standing(case, reader) == [(1, MarkKind.BLAST)]


def test_only_who_may_review_marks(case):
    with pytest.raises(NotAllowed):
        marks.mark_cell(cell=cell_of(case), by=case.submitted_by, kind=MarkKind.BLAST)
    assert not CellMark.objects.exists()


def test_marking_is_audited_once_a_day_for_an_image(case, reader):
    for number in (1, 2, 3):
        marks.mark_cell(cell=cell_of(case, number), by=reader, kind=MarkKind.BLAST)
    assert AuditRecord.objects.get(act=Act.CELL_MARKED).by == reader
