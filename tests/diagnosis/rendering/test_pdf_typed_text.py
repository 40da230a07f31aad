"""Whatever people typed is printed as they typed it, in any script."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.rendering.pdf import report_pdf
from diagnosis.rendering.typefaces import SYMBOLS
from tests.diagnosis.rendering.report_contents import read, signed, unsigned, words


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
