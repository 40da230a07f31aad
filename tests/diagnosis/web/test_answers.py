"""What the clinic answered stands where the reader decides, and is new until the reader has written on."""

import pytest

from diagnosis.services import drafts, intake, questions

pytestmark = pytest.mark.django_db
NEW = '<span class="pill accent">new</span>'


def write(case, by, revision):
    drafts.save(case=case, by=by, fields={"comment": "Seen."}, revision=revision, seen_stage_report=None)


def opinion_of(client, case):
    page = client.get(f"/cases/{case.pk}/review/").content.decode()
    return page[page.index('id="opinion"') : page.index("data-opinion")]


def test_answer_stands_above_the_opinion_and_is_new_until_the_reader_writes_on(case, client, reader):
    write(case, reader, 0)
    asked = questions.ask(case=case, by=reader, text="Before treatment?")
    assert "Before treatment?" not in opinion_of(client, case)
    questions.answer(question=asked, by=case.submitted_by, text="Before prednisolone.")
    shown = opinion_of(client, case)
    assert "Before treatment?" in shown
    assert "Before prednisolone." in shown
    assert NEW in shown
    write(case, reader, 1)
    shown = opinion_of(client, case)
    assert "Before prednisolone." in shown
    assert NEW not in shown


def test_newest_answer_stands_first(case, client, reader):
    for text in ("Which stain?", "Which day?"):
        asked = questions.ask(case=case, by=reader, text=text)
        questions.answer(question=asked, by=case.submitted_by, text="See the notes.")
    shown = opinion_of(client, case)
    assert shown.index("Which day?") < shown.index("Which stain?")


def test_question_that_is_sent_again_is_said_to_be_with_the_clinic_already(case, client, reader):
    sent = {"question": "Which stain?"}
    assert "The question is with the clinic." in client.post(f"/cases/{case.pk}/questions/", sent, follow=True).text
    shown = client.post(f"/cases/{case.pk}/questions/", sent, follow=True).text
    assert "This question is with the clinic already" in shown
    assert case.questions.count() == 1


def test_question_about_a_case_that_was_closed_meanwhile_stays_to_be_copied(case, client, reader):
    intake.withdraw(case=case, by=case.submitted_by)
    page = client.post(f"/cases/{case.pk}/questions/", {"question": "Which stain was it?"}).text
    assert "This case is closed, so nothing is asked or answered any more." in page
    assert "Which stain was it?</textarea>" in page


def test_question_that_is_refused_stays_in_its_field(case, client, reader):
    page = client.post(f"/cases/{case.pk}/questions/", {"question": "x" * 2001}).text
    assert "Write at most 2000 characters; these are 2001." in page
    assert "x" * 2001 + "</textarea>" in page
    assert client.get(f"/cases/{case.pk}/questions/")["Location"] == f"/cases/{case.pk}/review/#questions"


def test_blast_count_says_beside_the_field_what_it_rests_on(case, client, reader):
    fields = {"blast_percentage": "30.0", "tally": '{"blast": 3, "lymphocyte": 7}'}
    drafts.save(case=case, by=reader, fields=fields, revision=0, seen_stage_report=None)
    page = client.get(f"/cases/{case.pk}/review/").content.decode()
    assert "3 of 10 cells: 30 % (95 % interval 11 to 60 %). Too few" in page
