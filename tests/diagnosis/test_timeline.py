from datetime import timedelta

import pytest
from django.utils import timezone

from diagnosis.choices import Act
from diagnosis.selectors import timeline
from diagnosis.services import notices
from diagnosis.services.audit import note
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def case(clinic):
    return factories.analysed_case(clinic=clinic, results=[factories.machine_result("early")] * 3)


@pytest.fixture
def reader(clinic):
    return factories.specialist(clinic)


def call(case, by):
    notices.record_call(
        case.notice, by=by, spoken_to="Dr Ward", read_back=True, note="Looks like blasts.", at=timezone.now()
    )


def words(case, user):
    return [each.words for each in timeline(case, user)]


def test_it_works(case, reader):
    call(case, reader)
    happened = timeline(case, reader)
    first = ["Case opened", "3 images stored", "The machine answered", "Critical notice raised"]
    assert [each.words for each in happened[:4]] == first
    assert happened[-1].words == "Submitting doctor called: Dr Ward read the message back"
    assert (happened[-1].by, happened[-1].detail) == (reader.signature_name, "Looks like blasts.")
    assert [each.at for each in happened] == sorted(each.at for each in happened)


def test_nothing_is_told_twice(case, reader):
    call(case, reader)
    assert words(case, reader).count("Critical notice raised") == 1
    assert words(case, reader).count("Critical notice acknowledged") == 1


def test_looking_is_not_told(case, reader):
    before = words(case, reader)
    note(Act.REPORT_READ, at=timezone.now(), by=reader, case=case)
    note(Act.CASE_HELD, at=timezone.now(), by=reader, case=case)
    assert words(case, reader) == before


def test_images_of_two_people_are_two_lines(case, reader):
    note(Act.SMEAR_STORED, at=timezone.now() + timedelta(seconds=1), by=reader, case=case)
    assert [each for each in words(case, reader) if "stored" in each] == ["3 images stored", "1 image stored"]


def test_another_case_tells_nothing_here(case, reader, clinic):
    before = words(case, reader)
    factories.analysed_case(clinic=clinic, results=[factories.machine_result("pro")])
    assert words(case, reader) == before


def test_blind_reader_reads_no_notes_and_nothing_that_anybody_found(case, clinic, reader):
    call(case, factories.specialist(clinic))
    note(Act.REVIEWED, at=timezone.now(), by=reader, case=case, decision="agree", finding="blasts_suspected")
    clinic.reads_blind = True
    clinic.save()
    blind = timeline(type(case).objects.get(pk=case.pk), factories.specialist(clinic))
    told = str(blind).lower()
    for hidden in ("blast", "agree", "flag", "early", "pattern", "insufficient"):
        assert hidden not in told
    assert "Opinion given" in [each.words for each in blind]
    assert "Critical notice raised" in [each.words for each in blind]


@pytest.mark.parametrize("act", Act)
def test_every_act_that_is_told_has_its_words(case, reader, act):
    note(act, at=timezone.now(), by=reader, case=case)
    assert all(each.words for each in timeline(case, reader))
