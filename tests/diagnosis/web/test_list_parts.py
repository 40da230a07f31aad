"""What stands above, beside and below the rows of a list: counts, holders, filters, what waits for an answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from diagnosis.choices import ReadingKind, ReadingReason
from diagnosis.models import Answer, Case, Device, Question, ReadingRequest
from diagnosis.services import holding
from tests import factories

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


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


def test_title_of_the_tab_has_a_comma_only_between_two_counts(client, clinic, reader):
    factories.analysed_case(clinic=clinic, results=[factories.machine_result("pre")] * 3)
    page = client.get(reverse("worklist")).content.decode()
    title = page.partition("<title>")[2].partition("</title>")[0]
    assert " ".join(title.split()) == "1 critical · Worklist \N{EN DASH} telediag"


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


def test_day_that_is_asked_for_begins_by_the_clock_of_the_clinic_that_is_asked_for(client, clinic, reader):
    tehran = factories.ClinicFactory.create(slug="tehran", name="Z", time_zone="Asia/Tehran")
    reader.memberships.create(clinic=tehran, role="specialist")
    # Half past midnight of the fifth in Tehran.
    case = factories.analysed_case(clinic=tehran, at=datetime(2026, 1, 4, 21, 0, tzinfo=UTC))
    for wanted, expected in (("submitted_from=2026-01-05", [case.accession]), ("submitted_before=2026-01-05", [])):
        assert shown(client.get(reverse("cases") + f"?clinic=tehran&{wanted}")) == expected, wanted


@pytest.mark.parametrize("words", ["k\N{EN DASH}777", " K-777 ", "\N{EXTENDED ARABIC-INDIC DIGIT SEVEN}" * 3])
def test_search_takes_numbers_as_people_write_them(client, clinic, reader, words):
    patient = factories.PatientFactory.create(clinic=clinic, number="K-777")
    case = factories.analysed_case(clinic=clinic, patient=patient, accession="A-1")
    factories.analysed_case(clinic=clinic, accession="A-2")
    assert shown(client.get(reverse("worklist"), {"q": words})) == [case.accession]


def test_search_too_short_to_be_looked_for_within_a_number_says_so(client, clinic, reader):
    patient = factories.PatientFactory.create(clinic=clinic, number="K-77")
    factories.analysed_case(clinic=clinic, patient=patient, accession="A-1")
    hint = "One or two letters are looked for at the beginning of a number."
    assert hint in client.get(reverse("worklist"), {"q": "77"}).content.decode()
    assert hint not in client.get(reverse("worklist"), {"q": "777"}).content.decode()
    assert shown(client.get(reverse("worklist"), {"q": "K-"})) == ["A-1"]


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
    assert "Nobody may read it: every specialist of the clinic sent it" in others.content.decode()
    factories.specialist(clinic)
    assert "Nobody may read it" not in client.get(reverse("worklist") + "?show=others").content.decode()


def test_case_whose_question_is_answered_says_so_and_is_found_by_it(client, clinic, reader):
    asked, free = factories.analysed_case(clinic=clinic), factories.analysed_case(clinic=clinic)
    question = Question.objects.create(case=asked, by=reader, text="Which arm?", asked_at=timezone.now())
    assert "Answered</span>" not in client.get(reverse("worklist")).content.decode()
    Answer.objects.create(question=question, by=asked.submitted_by, text="Left.", answered_at=timezone.now())
    answer = client.get(reverse("worklist"))
    assert shown(answer) == [asked.accession, free.accession], "the due time orders it as before"
    assert answer.content.decode().count("Answered</span>") == 1
    assert shown(client.get(reverse("worklist"), {"is_answered": "true"})) == [asked.accession]
    Question.objects.create(case=asked, by=reader, text="And the other?", asked_at=timezone.now())
    assert shown(client.get(reverse("worklist"), {"is_answered": "true"})) == []


@pytest.mark.parametrize(
    ("status", "sentence"),
    [("signed", "1 signed case matches: see it in Cases"), ("withdrawn", "1 other case matches: see it in Cases")],
)
def test_search_in_the_worklist_points_to_the_case_that_waits_no_more(client, clinic, reader, status, sentence):
    case = factories.analysed_case(clinic=clinic, accession="A-77")
    Case.objects.filter(pk=case.pk).update(status=status)
    page = client.get(reverse("worklist"), {"q": "A-77"}).content.decode()
    assert sentence in " ".join(page.split())
    assert f'href="{reverse("cases")}?q=A-77"' in page
    assert "see it in Cases" not in client.get(reverse("worklist"), {"q": "B-1"}).content.decode()


def test_colleague_asked_by_name_sees_it_and_another_takes_it_over_all_the_same(client, clinic, reader):
    case = factories.analysed_case(clinic=clinic)
    first, asked = factories.specialist(clinic), factories.specialist(clinic)
    ReadingRequest.objects.create(
        case=case,
        kind=ReadingKind.SECOND,
        reason=ReadingReason.ASKED,
        asked_by=first,
        asked_of=asked,
        asked_at=timezone.now(),
    )
    assert shown(client.get(reverse("worklist"))) == []
    others = client.get(reverse("worklist") + "?show=others").content.decode()
    assert f"asked of <bdi>{asked.signature_name}</bdi>" in others
    assert reverse("take-over", args=[case.pk]) in others
    page = client.get(reverse("take-over", args=[case.pk])).content.decode()
    assert f"<bdi>{asked.signature_name}</bdi> was asked to read this case." in page
    client.post(reverse("take-over", args=[case.pk]))
    case.refresh_from_db()
    assert case.held_by == reader

    client.force_login(asked)
    answer = client.get(reverse("worklist"), {"is_asked_of_me": "true"})
    assert shown(answer) == [case.accession]
    assert f"<bdi>{first.signature_name}</bdi> asks you" in answer.content.decode()
    assert "asked of you" in client.get(reverse("worklist")).content.decode()


def test_administrator_finds_the_cases_that_nobody_may_read_and_why(client, clinic):
    only = factories.specialist(clinic)
    stuck = factories.analysed_case(by=only)
    factories.analysed_case(clinic=clinic)
    client.force_login(factories.administrator(clinic))
    plain = client.get(reverse("cases"))
    assert plain.context["counts"].unreadable == 1
    assert "?has_reader=false" in plain.content.decode()
    narrowed = client.get(reverse("cases"), {"has_reader": "false"})
    assert shown(narrowed) == [stuck.accession]
    assert "every specialist of the clinic sent it" in narrowed.content.decode()
    only.is_active = False
    only.save()
    without = client.get(reverse("cases"), {"has_reader": "false"})
    assert len(shown(without)) == 2
    assert "this clinic has no specialist" in without.content.decode()
