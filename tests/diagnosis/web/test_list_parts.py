"""What stands above, beside and below the rows of a list: counts, holders, filters, what waits for an answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from diagnosis.models import Case, Device, Question
from diagnosis.services import holding
from tests import factories

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def clinic():
    return factories.ClinicFactory.create()


@pytest.fixture
def reader(client, clinic):
    reader = factories.specialist(clinic)
    client.force_login(reader)
    return reader


def shown(answer):
    return [case.accession for case in answer.context["page"].rows]


def test_poll_gets_nothing_while_nothing_changed(client, clinic, reader):
    factories.analysed_case(clinic=clinic)
    seen = client.get(reverse("worklist"), headers=HTMX).context["seen"]
    asked = {**HTMX, "X-Seen": seen}
    assert client.get(reverse("worklist"), headers=asked).status_code == 204
    factories.analysed_case(clinic=clinic)
    assert client.get(reverse("worklist"), headers=asked).status_code == 200


def test_counts_stand_above_the_list_and_in_the_title_of_the_tab(client, clinic, reader):
    factories.analysed_case(clinic=clinic, results=[factories.machine_result("pre")] * 3)
    factories.analysed_case(clinic=clinic, at=timezone.now() - timedelta(days=2))
    for headers in ({}, HTMX):
        page = client.get(reverse("worklist"), headers=headers).content.decode()
        title = page.partition("<title>")[2].partition("</title>")[0]
        assert " ".join(title.split()) == "1 critical, 1 overdue · Worklist \N{EN DASH} telediag"
        assert "?is_overdue=true" in page


def test_reader_of_a_blind_clinic_sees_no_statement_of_the_machine_but_what_is_critical(client, clinic, reader):
    clinic.reads_blind = True
    clinic.save()
    case = factories.analysed_case(clinic=clinic, results=[factories.machine_result("pre")] * 3)
    for route in ("worklist", "cases"):
        page = client.get(reverse(route)).content.decode()
        assert "Machine:" not in page
        assert "blast-suspect" not in page
        assert "Read blind: your opinion comes first" in page
        assert 'class="pill critical"' in page
    client.force_login(case.submitted_by)
    assert "Machine: blast-suspect" in client.get(reverse("cases")).content.decode()


def test_lists_narrow_by_what_a_case_is_and_who_has_it(client, clinic, reader):
    colleague = factories.specialist(clinic)
    microscope = Device.objects.create(clinic=clinic, name="Nikon")
    marrow = factories.analysed_case(clinic=clinic, specimen="marrow")
    photographed = factories.analysed_case(clinic=clinic)
    Case.objects.filter(pk=photographed.pk).update(microscope=microscope)
    old = factories.analysed_case(clinic=clinic, at=timezone.now() - timedelta(hours=50))
    mine, theirs = factories.analysed_case(clinic=clinic), factories.analysed_case(clinic=clinic)
    holding.hold(case=mine, by=reader)
    holding.hold(case=theirs, by=colleague)
    everything = {marrow, photographed, old, mine, theirs}
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()
    expected = {
        "": everything,
        "specimen=marrow": {marrow},
        f"microscope={microscope.pk}": {photographed},
        f"submitted_by={old.submitted_by.username}": {old},
        "held_by=me": {mine},
        "held_by=others": {theirs},
        "held_by=nobody": {marrow, photographed, old},
        f"submitted_before={yesterday}": {old},
        f"submitted_from={yesterday}": everything - {old},
        "is_overdue=true&held_by=me": set(),
    }
    found = {query: set(shown(client.get(reverse("worklist") + f"?{query}"))) for query in expected}
    assert found == {query: {case.accession for case in cases} for query, cases in expected.items()}


@pytest.mark.parametrize("words", ["k\N{EN DASH}77", " K-77 ", "\N{EXTENDED ARABIC-INDIC DIGIT SEVEN}" * 2])
def test_search_takes_numbers_as_people_write_them(client, clinic, reader, words):
    patient = factories.PatientFactory.create(clinic=clinic, number="K-77")
    case = factories.analysed_case(clinic=clinic, patient=patient, accession="A-1")
    factories.analysed_case(clinic=clinic, accession="A-2")
    assert shown(client.get(reverse("worklist"), {"q": words})) == [case.accession]


def test_case_that_waits_for_an_answer_stands_below_and_says_so(client, clinic, reader):
    asked, free = factories.analysed_case(clinic=clinic, priority="stat"), factories.analysed_case(clinic=clinic)
    Question.objects.create(case=asked, by=reader, text="Which arm?", asked_at=timezone.now())
    answer = client.get(reverse("worklist"))
    assert shown(answer) == [free.accession]
    assert [case.accession for case in answer.context["below"]] == [asked.accession]
    page = answer.content.decode()
    assert page.index(free.accession) < page.index("Waiting for an answer") < page.index(asked.accession)
    assert shown(client.get(reverse("worklist") + "?show=answers")) == [asked.accession]
    assert "to answer" in client.get(reverse("cases")).content.decode()


def test_case_for_another_reader_is_shown_apart_and_says_when_there_is_none(client, clinic, reader):
    own = factories.analysed_case(by=reader)
    assert shown(client.get(reverse("worklist"))) == []
    others = client.get(reverse("worklist") + "?show=others")
    assert shown(others) == [own.accession]
    assert "Nobody at this clinic may read it" in others.content.decode()
    factories.specialist(clinic)
    assert "Nobody at this clinic may read it" not in client.get(reverse("worklist") + "?show=others").content.decode()
