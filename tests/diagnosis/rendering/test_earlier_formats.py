"""What was signed in an earlier format is still read and printed, and its hash is that of what is stored."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from diagnosis.rendering.pdf import report_pdf
from diagnosis.rendering.sheet import sheet
from diagnosis.services.report_content import digest
from tests.diagnosis.rendering.report_contents import drawn, read, signed, words

_LATER = {"language", "time_zone", "words", "amends", "readings", "readings_of", "critical"}
_LATER_OF_PARTS = {
    "case": {"priority_code", "specimen_code"},
    "machine": {"statement_code", "sentence_translated", "cells"},
    "specialist": {
        "kind",
        "kind_code",
        "is_blind",
        "finding_code",
        "pattern_code",
        "decision_code",
        "tally",
        "marks",
        "cautions",
        "blast_count",
    },
}
_LATER_OF_IMAGES = {"width", "height", "outcome_code", "pattern_code", "cannot_exclude_codes"}


def first_format() -> dict[str, Any]:
    """Return a signed content as the first format held it."""
    content = without(deepcopy(signed()), _LATER)
    for part, later in _LATER_OF_PARTS.items():
        content[part] = without(content[part], later)
    del content["case"]["patient"]["sex_code"]
    content["machine"]["images"] = [without(image, _LATER_OF_IMAGES) for image in content["machine"]["images"]]
    return {**content, "format": 1}


def without(part: dict[str, Any], names: set[str]) -> dict[str, Any]:
    assert names <= set(part)
    return {name: value for name, value in part.items() if name not in names}


def test_a_report_of_the_first_format_still_prints_in_english_and_utc() -> None:
    content = first_format()
    pdf = report_pdf(content, images=drawn(3))
    text = words(pdf)
    assert len(read(pdf).pages) == 1
    assert "Signed electronically by Dr Ingrid Solheim, 23 Nov 2026, 07:03 UTC" in text
    assert "On the machine's part corrects it" in text
    assert digest(content) in text


def test_reading_a_report_of_the_first_format_changes_nothing_in_it() -> None:
    content = first_format()
    before = deepcopy(content)
    assert sheet(content)["language"] == "en"
    assert content == before


def third_format(**facts: Any) -> dict[str, Any]:
    """Return a signed content as the third format held it."""
    content = without(signed(**facts), {"readings_of"})
    later = {
        "probability_of",
        "critical_raised_by",
        "critical_raised_by_machine",
        "readings_of",
        "called_about",
        "called_before_signing",
    }
    return {
        **content,
        "format": 3,
        "words": {**without(content["words"], later), "critical_raised": "raised %(at)s"},
        "specialist": without(content["specialist"], {"cautions"}),
    }


def second_format(**facts: Any) -> dict[str, Any]:
    """Return a signed content as the second format held it, with the label that it froze."""
    content = without(third_format(**facts), {"amends"})
    content["words"] = {**content["words"], "amends": "This version amends an earlier one: %(reason)s"}
    return {**content, "format": 2}


def test_an_amendment_of_the_second_format_says_so_in_the_words_that_it_froze() -> None:
    content = second_format(version=2, meaning="amended", amendment_reason="Blast count corrected.")
    text = words(report_pdf(content))
    assert "This version amends an earlier one: Blast count corrected." in text
    assert digest(content) in text


def test_an_amendment_of_the_first_format_says_so_in_the_words_of_its_day() -> None:
    content = first_format()
    content["signature"] |= {"version": 2, "meaning": "amended", "amendment_reason": "Blast count corrected."}
    assert "This version amends an earlier one: Blast count corrected." in words(report_pdf(content))


def kept(number: int) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Return a content of that format, its sheet of today, and the one of its day."""
    stored = json.loads((Path(__file__).parent / f"format_{number}.json").read_text())
    assert digest(stored["content"]) == stored["sha256"]
    return stored["content"], json.loads(json.dumps(sheet(stored["content"]))), stored["sheet"]


def test_a_report_of_the_fourth_format_says_what_it_said_when_it_was_signed_and_nothing_more() -> None:
    content, now, then = kept(4)
    assert now.pop("readings_title") == "Readings"
    assert [reading.pop("blast_count") for reading in now["readings"]] == ["", ""]
    assert now == then
    assert digest(content) in words(report_pdf(content))


def test_a_report_of_the_third_format_says_what_it_said_when_it_was_signed_and_nothing_more() -> None:
    content, now, then = kept(3)
    assert now["specialist"].pop("cautions") == []
    assert now.pop("readings_title") == "Readings"
    assert [reading.pop("blast_count") for reading in now["readings"]] == [""] * len(then["readings"])
    assert set(then["words"]) <= set(now["words"])
    assert {**now, "words": {name: now["words"][name] for name in then["words"]}} == then
    assert "Leukaemia is not excluded" not in words(report_pdf(content)).split("Machine's part")[0]
