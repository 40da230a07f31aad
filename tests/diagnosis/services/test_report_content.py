"""What a report says is frozen whole: words, their codes, the labels, the language, the clinic's time zone."""

import pytest
from django.utils import timezone
from django.utils.translation import override

from diagnosis import errors
from diagnosis.choices import MarkKind, ReadingKind
from diagnosis.models import SignedReport
from diagnosis.rendering.pdf import report_pdf
from diagnosis.rendering.sheet import sheet
from diagnosis.selectors import cases
from diagnosis.services import marks, notices, report_content, report_reading, report_words, reviews
from diagnosis.services.report_content import compose, digest
from tests import factories
from tests.diagnosis.signed_reports import sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return factories.analysed_case(results=[factories.machine_result("early") for _ in range(3)])


def test_signed_report_reads_the_same_after_its_labels_changed(case, reader, monkeypatch):
    sign(case, by=reader)
    stored = SignedReport.objects.get()
    shown, printed = sheet(stored.content), report_pdf(stored.content)
    monkeypatch.setattr(report_words, "WORDS", dict.fromkeys(report_words.WORDS, "changed"))
    assert sheet(stored.content) == shown
    assert report_pdf(stored.content) == printed
    assert "changed" in str(compose(case, review=None))


def test_every_word_that_was_chosen_stands_beside_its_code(case, reader):
    content = sign(case, by=reader, pattern_class="pre").content
    assert (content["specialist"]["finding"], content["specialist"]["finding_code"]) == (
        "Blasts suspected",
        "blasts_suspected",
    )
    assert (content["specialist"]["pattern"], content["specialist"]["pattern_code"]) == ("Pre-B", "pre")
    assert (content["specialist"]["decision"], content["specialist"]["decision_code"]) == ("correct", "correct")
    assert (content["machine"]["statement"], content["machine"]["statement_code"]) == ("blast-suspect", "flagged")
    assert content["case"]["specimen_code"] == case.specimen
    image = content["machine"]["images"][0]
    assert (image["outcome_code"], image["pattern"], image["pattern_code"]) == ("classified", "Early pre-B", "early")


def test_report_is_in_the_language_of_whoever_signs_and_the_binding_words_stay_english_beside_it(case, reader):
    with override("fa"):
        signed = sign(case, by=reader)
    content = signed.content
    assert content["language"] == "fa"
    assert content["machine"]["sentence"] == factories.FLAGGED_SENTENCE
    assert sheet(content)["direction"] == "rtl"
    with override("en"):
        assert compose(case, review=None)["language"] == "en"
        assert digest(content) == signed.sha256


def test_times_are_those_of_the_clinics_clock(case, reader):
    case.clinic.time_zone = "Asia/Tehran"
    case.clinic.save()
    case.refresh_from_db()
    content = sign(case, by=reader).content
    assert content["time_zone"] == "Asia/Tehran"
    assert content["signature"]["signed_at"].endswith("+00:00")
    assert "UTC+0330" in sheet(content)["signature"]["line"]
    # The clinic moves; what was signed stays.
    case.clinic.time_zone = "Europe/Oslo"
    case.clinic.save()
    assert "UTC+0330" in sheet(SignedReport.objects.get().content)["signature"]["line"]


def test_telling_cells_are_named_by_image_number_and_box(case):
    cells = compose(case, review=None)["machine"]["cells"]
    assert len(cells) == 6
    assert {cell["image"] for cell in cells} == {1, 2, 3}
    assert all(len(cell["box"]) == 4 for cell in cells)


def test_marks_are_counted_as_they_stand_and_only_the_readers_own(case, reader):
    smear = case.smears.first()
    found = list(smear.analyses.get().cells.all())
    marks.mark_cell(cell=found[0], by=reader, kind=MarkKind.BLAST)
    marks.mark_cell(cell=found[1], by=reader, kind=MarkKind.BLAST)
    marks.mark_cell(cell=found[1], by=reader, kind=MarkKind.ARTEFACT)
    marks.mark_cell(cell=found[2], by=reader, kind=MarkKind.NOT_BLAST)
    marks.mark_cell(cell=found[2], by=reader, kind=MarkKind.NONE)
    marks.mark_cell(cell=found[3], by=factories.specialist(case.clinic), kind=MarkKind.BLAST)
    marks.mark_missed(smear=smear, box=[5, 5, 20, 20], by=reader, kind=MarkKind.BLAST)
    assert sign(case, by=reader).content["specialist"]["marks"] == [
        {"kind": "blast", "kind_code": "blast", "count": 2, "missed": 1},
        {"kind": "no cell, an artefact", "kind_code": "artefact", "count": 1, "missed": 0},
    ]


def test_cell_that_the_reader_marked_is_printed_as_marked(case, reader):
    found = list(case.smears.last().analyses.get().cells.all())
    marks.mark_cell(cell=found[8], by=reader, kind=MarkKind.BLAST)
    machine = sheet(sign(case, by=reader).content)["machine"]
    assert machine["cells"][0]["caption"] == f"Image 3, cell {found[8].number}, marked as a blast"
    assert machine["cells"][1]["caption"] == "Image 1, cell 1"
    assert machine["cells_title"].startswith("Cells that the reader marked as blasts")
    assert sheet(compose(case, review=None))["machine"]["cells_title"].startswith("Cells that weighed most")


def test_tally_is_told_kind_by_kind_in_the_order_of_its_keys(case, reader):
    content = sign(case, by=reader, tally={"neutrophil": 30, "blast": 70, "basophil": 0, "unknown": 3}).content
    told = [(kind["kind_code"], kind["count"]) for kind in content["specialist"]["tally"]]
    assert told == [("blast", 70), ("neutrophil", 30)]


def test_critical_case_says_how_it_was_passed_on(case, reader):
    notices.record_call(
        case.notice, by=reader, spoken_to="Dr Karimi", read_back=True, note="", at=case.notice.raised_at
    )
    content = sign(case, by=reader).content
    assert content["critical"]["raised_by"] == ""
    assert content["critical"]["call"]["spoken_to"] == "Dr Karimi"
    assert any("Dr Karimi called by" in step for step in sheet(content)["critical"])


def test_case_that_a_specialist_made_critical_says_who():
    case = factories.analysed_case()
    reader = factories.specialist(case.clinic)
    notices.become_critical(case, by=reader, at=timezone.now())
    assert compose(case, review=None)["critical"]["raised_by"] == reader.signature_name


def test_case_that_never_was_critical_says_nothing_of_it():
    assert compose(factories.analysed_case(), review=None)["critical"] is None


def test_case_read_once_names_no_further_readings(case, reader):
    assert sign(case, by=reader).content["readings"] == []


def opinion(case, by, **facts):
    case.refresh_from_db()
    agreed = {"decision": "agree", "finding": "no_blasts_seen", "seen_stage_report": case.current_stage_report_id}
    return reviews.decide(case=case, by=by, **{**agreed, **facts})


def test_case_read_twice_names_both_readings_and_is_signed_as_it_was_shown():
    case = factories.analysed_case(clinic=factories.ClinicFactory.create(second_reading_share=100))
    first, second = factories.specialist(case.clinic), factories.specialist(case.clinic)
    kept = opinion(case, first)
    reviews.sign_off(review=kept, by=first, password=factories.PASSWORD, seen=reviews.preview(kept)[1])
    agreeing = opinion(case, second)
    assert compose(case, review=agreeing)["readings"] == []  # not committed yet, so blind to the first
    committed = reviews.commit(review=agreeing, by=second)
    shown, seen = reviews.preview(committed)
    signed = reviews.sign_off(review=committed, by=second, password=factories.PASSWORD, seen=seen)
    assert {name: value for name, value in signed.content.items() if name != "signature"} == shown
    told = [(reading["kind_code"], reading["name"], reading["is_blind"]) for reading in shown["readings"]]
    assert told == [
        (ReadingKind.FIRST, first.signature_name, False),
        (ReadingKind.SECOND, second.signature_name, True),
    ]


def test_what_was_found_in_an_image_of_something_else_is_no_count_of_leukocytes():
    case = factories.analysed_case(results=[factories.machine_result("early"), factories.unanswered("novel", cells=9)])
    first, foreign = compose(case, review=None)["machine"]["images"]
    assert (first["leukocytes"], foreign["leukocytes"]) == (10, None)


def test_case_without_an_answer_says_so():
    case = factories.case()
    factories.smear(case)
    machine = compose(case, review=None)["machine"]
    assert machine["statement_code"] == "unavailable"
    assert machine["images"][0]["outcome_code"] == "queued"
    assert machine["cells"] == []


def test_hash_does_not_depend_on_the_order_in_which_the_database_gives_keys_back(case):
    content = compose(case, review=None)
    assert report_content.digest(dict(reversed(content.items()))) == report_content.digest(content)


def test_signed_report_is_intact_until_its_content_or_its_seal_differ(case, reader):
    signed = sign(case, by=reader)
    assert report_reading.ReadReport("final", signed.content, signed).is_intact
    assert not report_reading.ReadReport("final", {**signed.content, "limits": "none"}, signed).is_intact
    signed.seal = "00" * 64
    assert not report_reading.ReadReport("final", signed.content, signed).is_intact
    signed.seal = ""  # signed before there were seals
    assert report_reading.ReadReport("final", signed.content, signed).is_intact
    assert not report_reading.ReadReport("partial", signed.content, None).is_intact


def test_who_reads_blind_gets_no_unsigned_report(case, reader):
    case.clinic.reads_blind = True
    case.clinic.save()
    seen = cases(reader).get(pk=case.pk)
    with pytest.raises(errors.ReadsBlind):
        report_reading.read(case=seen, by=reader)
    assert report_reading.read(case=seen, by=case.submitted_by).status == "partial"
    sign_committed(case, reader)
    assert report_reading.read(case=cases(reader).get(pk=case.pk), by=reader).status == "final"


def sign_committed(case, by):
    committed = reviews.commit(review=opinion(case, by, finding="blasts_suspected", decision=""), by=by)
    reviews.sign_off(review=committed, by=by, password=factories.PASSWORD, seen=reviews.preview(committed)[1])


def test_amendment_freezes_the_version_that_it_amends_and_the_opinion_of_that(case, reader):
    first = sign(case, by=reader, blast_percentage=64)
    assert first.content["amends"] is None
    second = sign(case, by=reader, amendment_reason="Flow cytometry arrived.", finding="indeterminate")
    amended = second.content["amends"]
    assert (amended["version"], amended["sha256"], amended["name"]) == (1, first.sha256, reader.signature_name)
    assert amended["reading"]["finding_code"] == "blasts_suspected"
    assert amended["reading"]["blast_percentage"] == "64.0"
    assert any("changed from “Blasts suspected” to “Indeterminate”" in line for line in sheet(second.content)["amends"])
    third = sign(case, by=reader, amendment_reason="A word was misspelt.", finding="indeterminate")
    assert third.content["amends"]["version"] == 2
    assert "Finding unchanged: “Indeterminate”." in sheet(third.content)["amends"]


def test_percentage_that_did_not_change_does_not_read_as_changed(case, reader):
    sign(case, by=reader, blast_percentage=64)
    again = sign(case, by=reader, amendment_reason="A word was misspelt.", blast_percentage=64)
    assert len(sheet(again.content)["amends"]) == 2
