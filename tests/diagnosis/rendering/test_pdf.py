import io
import re
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from diagnosis.choices import Decision, Finding
from diagnosis.models import SignedReport
from diagnosis.rendering.pdf import ReportImage, report_pdf
from diagnosis.rendering.typefaces import SYMBOLS
from diagnosis.services import report_content, reviews
from tests import factories

UNSIGNED = "Unsigned machine result. Not reviewed by a specialist."
DRAFT = "Unsigned draft. Not valid until a specialist has signed it."
NEVER = r"stage\s+I|stage\s+[1-4]\b|early[- ]stage|healthy|\bnormal\b|cancer-free|confirmed|100\s*%|diagnosed with"
PINS = {"artefact": "first", "model_sha256": "c" * 64, "litert": "2.3.0"}


def image(number: int, **facts: Any) -> dict[str, Any]:
    return {
        "number": number,
        "sha256": f"{number:064x}",
        "analysis": f"00000000-0000-4000-8000-{number:012d}",
        "outcome": "classified",
        "pattern": "Early pre-B",
        "cannot_exclude": [],
        "probability": 0.934,
        "leukocytes": 31,
        "warnings": [],
        "pins": {**PINS, "image_sha256": f"{number:064x}"},
        "is_used": True,
        "reason": "used",
        "log_odds": 2.6,
        **facts,
    }


def unsigned(images: int = 3) -> dict[str, Any]:
    return {
        "format": 1,
        "case": {
            "id": "00000000-0000-4000-8000-000000000001",
            "clinic": "North clinic",
            "accession": "NORTH-26-00007",
            "priority": "urgent",
            "submitted_by": "Dr Leila Karimi",
            "submitted_at": "2026-11-23T06:24:20.123456+00:00",
            "patient": {"number": "P-00481", "name": "Mina Rostami", "year_of_birth": 2019, "sex": "female"},
            "specimen": "bone marrow",
            "stain": "Giemsa",
            "device": "100x oil",
            "clinical_notes": "Pallor and bruising.",
            "treatment": "",
            "counts": {
                "haemoglobin_g_per_l": "71.0",
                "white_cells_10e9_per_l": "48.30",
                "platelets_10e9_per_l": None,
            },
        },
        "machine": {
            "stage_report": "00000000-0000-4000-8000-000000000002",
            "version": 1,
            "composed_at": "2026-11-23T06:25:02.5+00:00",
            "statement": "blast-suspect",
            "sentence": factories.FLAGGED_SENTENCE,
            "is_flagged": True,
            "usable_images": images,
            "unusable_images": 0,
            "leukocytes": 31 * images,
            "case_rule": "7",
            "images": [image(number) for number in range(1, images + 1)],
        },
        "specialist": None,
        "limits": report_content.LIMITS,
        "standing": report_content.STANDING,
    }


def reviewed(**facts: Any) -> dict[str, Any]:
    specialist = {
        "review": "00000000-0000-4000-8000-000000000003",
        "name": "Dr Ingrid Solheim",
        "reviewed_at": "2026-11-23T07:01:00+00:00",
        "decision": "correct",
        "finding": "Blasts suspected",
        "pattern": "Pre-B",
        "blast_percentage": "64.0",
        "reasons": "Coarser chromatin than that class.",
        "comment": "Send EDTA blood for flow cytometry.",
    }
    return {**unsigned(), "specialist": specialist, **facts}


def signed(**facts: Any) -> dict[str, Any]:
    signature = {
        "name": "Dr Ingrid Solheim",
        "signed_at": "2026-11-23T08:03:00+01:00",
        "meaning": "authored",
        "version": 1,
        "amendment_reason": "",
        **facts,
    }
    return reviewed(signature=signature)


def drawn(count: int) -> list[ReportImage]:
    return [ReportImage(number, factories.picture_bytes(number)) for number in range(1, count + 1)]


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """Return the text in one line and with plain apostrophes; line breaks fall where the page is full."""
    text = " ".join(page.extract_text() for page in read(pdf).pages)
    return re.sub(r"\s+", " ", text).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_an_unsigned_report_says_so_in_these_words_on_every_page() -> None:
    long = unsigned()
    long["case"]["clinical_notes"] = "Bruising since the summer. " * 140

    pages = read(report_pdf(long)).pages

    assert len(pages) > 1
    for page in pages:
        assert UNSIGNED in page.extract_text()


def test_a_reviewed_report_without_a_signature_is_a_draft() -> None:
    text = words(report_pdf(reviewed()))
    assert DRAFT in text
    assert UNSIGNED not in text
    assert "Signed electronically" not in text


def test_a_signed_report_names_signer_time_and_meaning_and_is_not_marked_as_unsigned() -> None:
    text = words(report_pdf(signed()))
    assert "Signed electronically by Dr Ingrid Solheim, 23 Nov 2026, 07:03 UTC" in text
    assert "Meaning of the signature: authored · version 1" in text
    assert "nsigned" not in text


def test_an_amended_report_says_what_changed() -> None:
    text = words(report_pdf(signed(version=2, meaning="amended", amendment_reason="Blast count corrected.")))
    assert "This version amends an earlier one: Blast count corrected." in text
    assert "Signed version 2" in text


def test_the_specialists_part_stands_apart_from_the_machines_part() -> None:
    text = words(report_pdf(signed()))
    specialist, machine = text.split("Machine's part")
    assert "Specialist's part" in specialist
    assert "Pre-B" in specialist
    assert "64.0" in specialist
    assert "Coarser chromatin" in specialist
    assert factories.FLAGGED_SENTENCE in machine
    assert "written by software, unverified" in machine
    assert factories.FLAGGED_SENTENCE not in specialist


@pytest.mark.parametrize(
    ("decision", "printed"), [("agree", "agrees with it"), ("correct", "corrects it"), ("reject", "rejects it")]
)
def test_the_decision_cannot_be_read_as_praise_of_the_machine(decision: str, printed: str) -> None:
    content = signed()
    content["specialist"]["decision"] = decision
    assert f"On the machine's part {printed}" in words(report_pdf(content))


def test_what_the_case_states_is_printed_and_what_it_does_not_state_is_left_out() -> None:
    text = words(report_pdf(unsigned()))
    for stated in ("P-00481", "Mina Rostami", "2019", "female", "bone marrow", "71.0", "48.30", "NORTH-26-00007"):
        assert stated in text
    assert "Platelets" not in text
    assert "Treatment so far" not in text


def test_hashes_and_versions_are_printed() -> None:
    content = signed()
    text = words(report_pdf(content))
    assert report_content.digest(content) in text
    assert "c" * 64 in text
    assert f"Image 3, SHA-256 as stored: {3:064x}" in text
    assert "case rule 7" in text
    assert "litert 2.3.0" in text


@pytest.mark.parametrize(
    ("probability", "printed"),
    [(0.934, "93.4 %"), (0.99, "99.0 %"), (0.999999, "> 99.9 %"), (1.0, "> 99.9 %"), (0.031, "3.1 %")],
)
def test_a_probability_is_never_printed_as_certainty(probability: float, printed: str) -> None:
    content = unsigned(1)
    content["machine"]["images"][0]["probability"] = probability
    assert f"Early pre-B {printed} 31" in words(report_pdf(content))


def test_an_image_without_a_class_shows_none_and_says_why() -> None:
    content = unsigned(1)
    content["machine"]["sentence"] = "Insufficient for a case-level statement."
    content["machine"]["images"] = [
        image(1, outcome="unsuitable image", pattern="", probability=None, reason="left out: image quality")
    ]
    text = words(report_pdf(content))
    assert "Unsuitable image left out: image quality" in text
    assert "most similar to" not in text


def test_what_cannot_be_excluded_stands_beside_the_image() -> None:
    content = unsigned(1)
    content["machine"]["images"] = [image(1, cannot_exclude=["Pre-B"])]
    assert "Cannot exclude: Pre-B" in words(report_pdf(content))


def test_each_warning_is_printed_once_with_the_images_that_it_holds_for() -> None:
    outside, blurred = "The map lies outside the cells.", "The image is soft."
    content = unsigned()
    content["machine"]["images"] = [
        image(1, warnings=[outside]),
        image(2, warnings=[blurred]),
        image(3, warnings=[outside]),
    ]
    text = words(report_pdf(content))
    assert f"Images 1, 3: {outside}" in text
    assert f"Image 2: {blurred}" in text
    assert text.count(outside) == 1


def test_the_hash_of_a_signed_version_is_called_so() -> None:
    content = signed()
    assert f"SHA-256 of this signed version: {report_content.digest(content)}" in words(report_pdf(content))
    assert "SHA-256 of what stands above, unsigned:" in words(report_pdf(reviewed()))


def test_a_case_that_the_machine_could_not_answer_prints() -> None:
    machine = {"statement": "Analysis unavailable", "sentence": report_content.UNAVAILABLE, "images": []}
    text = words(report_pdf(reviewed(machine=machine)))
    assert report_content.UNAVAILABLE in text


def test_what_people_typed_is_printed_letter_by_letter_and_never_run() -> None:
    typed = '#panic("no") *bold* _it_ $x^2$ = Heading #import "/etc/passwd" \\ // gone? <a> @b [c] `d` http://e.f -- ~'
    content = signed(amendment_reason=typed, version=2)
    content["case"]["clinical_notes"] = typed
    content["case"]["patient"]["name"] = typed
    content["specialist"]["comment"] = typed
    text = words(report_pdf(content)).replace(" ", "")
    assert text.count(typed.replace(" ", "")) == 4


def test_a_word_longer_than_its_place_goes_on_in_the_next_line() -> None:
    content = unsigned()
    content["case"]["accession"] = "A" * 64
    content["case"]["patient"]["name"] = "N" * 200
    lines = read(report_pdf(content)).pages[0].extract_text().splitlines()
    assert max(line.count("N") for line in lines) == 40
    assert sum(line.count("N") for line in lines if set(line.strip()) == {"N"}) == 200


@pytest.mark.parametrize("typed", ["Иван Петров", "Ελένη Παπαδοπούλου", "Zoë Łukaszewicz-Nguyễn", "≥ 10⁹/L, µm ± 2 °C"])
def test_other_scripts_are_printed(typed: str) -> None:
    content = unsigned()
    content["case"]["clinical_notes"] = typed
    assert typed in words(report_pdf(content))


def test_symbols_that_the_main_typeface_lacks_are_printed() -> None:
    content = unsigned()
    content["case"]["clinical_notes"] = "".join(sorted(SYMBOLS))
    text = words(report_pdf(content))
    assert [symbol for symbol in SYMBOLS if symbol not in text] == []


def test_persian_is_printed_with_its_own_glyphs() -> None:
    content = unsigned()
    content["case"]["patient"]["name"] = "محمد کریمی"
    pdf = report_pdf(content)
    fonts = {font["/BaseFont"].split("+")[1] for page in read(pdf).pages for font in _fonts(page)}
    assert any(name.startswith("NotoSansArabic") for name in fonts)
    assert set("محمدکریمی") <= set(words(pdf))


def _fonts(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]


def test_a_character_without_a_glyph_is_printed_as_its_code_point() -> None:
    content = unsigned()
    content["case"]["patient"]["name"] = "王 \N{PILL}"
    assert "[U+738B] [U+1F48A]" in words(report_pdf(content))


def test_a_mark_on_a_letter_of_another_typeface_is_printed_as_its_code_point() -> None:
    content = unsigned()
    content["case"]["clinical_notes"] = "\n\N{ARABIC LARGE ROUND DOT INSIDE CIRCLE BELOW}"
    assert "Clinical notes [U+08D2]" in words(report_pdf(content))


def test_a_long_chinese_note_does_not_hold_the_server_up() -> None:
    content = unsigned()
    content["case"]["clinical_notes"] = "".join(chr(0x4E00 + n) for n in range(4000))
    assert len(read(report_pdf(content)).pages) > 1


@settings(max_examples=60, deadline=None)
@given(typed=st.text(max_size=200))
def test_whatever_is_typed_some_report_comes_out(typed: str) -> None:
    content = signed()
    content["case"]["stain"] = typed
    content["specialist"]["comment"] = typed
    content["case"]["clinical_notes"] = typed
    content["case"]["accession"] = typed or "-"
    assert read(report_pdf(content)).pages


def test_the_file_is_an_archivable_tagged_pdf() -> None:
    root: Any = read(report_pdf(signed(), images=drawn(3))).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == "en"


def test_the_files_own_properties_do_not_name_the_patient() -> None:
    pdf = report_pdf(signed())
    reader = read(pdf)
    root: Any = reader.trailer["/Root"]
    assert reader.metadata is not None
    properties = str(dict(reader.metadata)) + root["/Metadata"].get_data().decode()
    assert reader.metadata.title == "Stage report NORTH-26-00007"
    assert "Rostami" not in properties
    assert "P-00481" not in properties


def test_the_same_content_gives_the_same_bytes_dated_by_the_signature() -> None:
    first, second = (report_pdf(deepcopy(signed()), images=drawn(2)) for _ in range(2))
    assert first == second
    metadata = read(first).metadata
    assert metadata is not None
    assert metadata.creation_date is not None
    assert metadata.creation_date.isoformat() == "2026-11-23T07:03:00+00:00"


def test_three_images_fit_one_page_and_ten_fit_two() -> None:
    assert len(read(report_pdf(signed(), images=drawn(3))).pages) == 1
    ten = {**signed(), "machine": unsigned(10)["machine"]}
    pages = read(report_pdf(ten, images=drawn(10))).pages
    assert [re.search(r"Page \d of \d", page.extract_text())[0] for page in pages] == ["Page 1 of 2", "Page 2 of 2"]  # type: ignore[index]


def test_each_image_is_shown_small() -> None:
    pdf = report_pdf(unsigned(3), images=drawn(3))
    shown = [picture.image.size for page in read(pdf).pages for picture in page.images if picture.image]
    assert len(shown) == 3
    assert all(max(size) <= 240 for size in shown)
    assert len(pdf) < 200_000


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_of_any_stored_kind_prints(kind: str) -> None:
    pdf = report_pdf(unsigned(1), images=[ReportImage(1, factories.picture_bytes(1, kind))])
    assert len(list(read(pdf).pages[0].images)) == 1


@pytest.mark.parametrize("images", [0, 1, 10])
def test_the_machine_never_prints_what_it_must_not_say(images: int) -> None:
    assert not re.search(NEVER, words(report_pdf(unsigned(images))), re.IGNORECASE)


@pytest.mark.django_db
def test_a_report_signed_through_the_services_prints_with_the_hash_it_was_signed_with() -> None:
    case = factories.analysed_case(results=[factories.machine_result("early") for _ in range(3)])
    reader = factories.specialist(case.clinic)
    review = reviews.decide(
        case=case,
        by=reader,
        decision=Decision.AGREE,
        finding=Finding.BLASTS_SUSPECTED,
        seen_stage_report=case.current_stage_report_id,
    )
    _, seen = reviews.preview(review)
    report = reviews.sign_off(review=review, by=reader, password=factories.PASSWORD, seen=seen)

    stored = SignedReport.objects.get(pk=report.pk)
    text = words(report_pdf(stored.content))

    assert stored.sha256 in text
    assert reader.signature_name in text
    assert case.accession in text
