"""From right to left, what was typed or measured keeps its own direction."""

import io
import json

import pytest
import typst
import zxingcpp
from django.utils.translation import override
from PIL import Image

from diagnosis.rendering.pdf import TEMPLATE, report_pdf
from diagnosis.rendering.sheet import sheet
from diagnosis.rendering.typefaces import fonts
from tests.diagnosis.rendering.report_contents import CHECK, critical, drawn, read, signed, words

NO_PICTURES: dict[str, object] = {"field": None, "cells": {}, "thumbnails": {}}
ISOLATES = set("\N{FIRST STRONG ISOLATE}\N{LEFT-TO-RIGHT ISOLATE}\N{POP DIRECTIONAL ISOLATE}")


def test_typed_values_are_kept_apart_from_persian_and_not_from_english() -> None:
    persian, english = sheet(signed(language="fa")), sheet(signed())
    assert persian["direction"] == "rtl"
    assert persian["case"]["facts"][0][1] == "\N{FIRST STRONG ISOLATE}P-00481\N{POP DIRECTIONAL ISOLATE}"
    assert not ISOLATES & set(str(english))


def test_note_of_a_call_and_lists_of_names_are_kept_apart_from_persian() -> None:
    content = signed(language="fa")
    content["critical"] = critical(told=["Dr Solheim", "Dr Holm"])
    content["critical"]["call"]["note"] = "Will send blood."
    steps = sheet(content)["critical"]
    assert "\N{FIRST STRONG ISOLATE}Dr Solheim\N{POP DIRECTIONAL ISOLATE}، " in steps[1]
    assert "\N{FIRST STRONG ISOLATE}Will send blood.\N{POP DIRECTIONAL ISOLATE}" in steps[3]


def test_counted_cells_run_from_right_to_left_though_each_part_keeps_its_own_direction() -> None:
    content = signed(language="fa")
    content["specialist"]["tally"] = [{"kind": "بلاست", "count": 3}, {"kind": "لنفوسیت", "count": 7}]
    counted = next(value for _, value in sheet(content)["specialist"]["facts"] if "لنفوسیت" in value)
    assert counted.startswith("\N{RIGHT-TO-LEFT ISOLATE}")


def test_persian_name_in_an_english_report_does_not_pull_the_date_to_its_side() -> None:
    name = "دکتر لیلا کریمی"
    line = sheet(signed(name=name))["signature"]["line"]
    assert f"by \N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}, 23 Nov" in line


def test_clock_and_zone_are_one_piece_behind_a_persian_comma() -> None:
    line = sheet(signed(language="fa"))["signature"]["line"]
    assert "2026، \N{LEFT-TO-RIGHT ISOLATE}08:03 CET\N{POP DIRECTIONAL ISOLATE}" in line


def test_code_stands_in_one_piece_on_a_line_of_its_own() -> None:
    name = "Dr " + "Ingrid Marie Solheim " * 8
    text = read(report_pdf(signed(name=name), check=CHECK)).pages[0].extract_text()
    assert "7K3D-9QXM-2VAT" in text.splitlines()


@pytest.mark.parametrize("language", ["en", "fa"])
def test_sheet_is_the_same_whatever_language_its_reader_reads(language: str) -> None:
    with override("en"):
        in_english = sheet(signed(language=language), check=CHECK)
    with override("fa"):
        assert sheet(signed(language=language), check=CHECK) == in_english


def test_months_are_named_in_the_reports_language() -> None:
    assert "نوامبر" in sheet(signed(language="fa"))["signature"]["line"]
    assert "Nov" in sheet(signed())["signature"]["line"]


def test_pdf_says_its_language_and_holds_the_typed_text() -> None:
    content = signed(language="fa")
    content["case"]["patient"]["name"] = "مینا رستمی"
    reader = read(report_pdf(content, images=drawn(3), check=CHECK))
    assert reader.trailer["/Root"]["/Lang"] == "fa"  # type: ignore[index]
    assert set("مینارستمی") <= set(reader.pages[0].extract_text())


def test_binding_sentence_stands_in_english_under_its_translation() -> None:
    content = signed(language="fa")
    content["machine"]["sentence_translated"] = "یاخته‌های مشکوک"
    shown = sheet(content)["machine"]
    assert shown["sentence"] == "یاخته‌های مشکوک"
    assert content["machine"]["sentence"] in shown["in_english"]
    assert sheet(signed())["machine"]["in_english"] == ""


def test_code_is_printed_in_groups_with_the_address_of_its_page() -> None:
    text = words(report_pdf(signed(), check=CHECK))
    assert "open https://smears.example.org/v/ and type this code: 7K3D-9QXM-2VAT" in text
    assert "7K3D" not in words(report_pdf(signed()))


def test_qr_code_on_the_printed_page_leads_to_the_page_of_the_code() -> None:
    shown = sheet(signed(), check=CHECK)
    page = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=fonts(),
        format="png",
        ppi=100,
        sys_inputs={"sheet": json.dumps(shown), "pictures": json.dumps(NO_PICTURES)},
    )
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
    assert [code.text for code in found] == [f"{CHECK.address}{CHECK.code}/"]
