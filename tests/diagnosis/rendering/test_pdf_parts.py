"""What the case states, what the machine found and what the specialist says stand apart, each complete."""

import re

import pytest

from diagnosis.rendering.pdf import report_pdf
from diagnosis.services import report_content, report_words
from diagnosis.services.report_machine import UNAVAILABLE
from tests import factories
from tests.diagnosis.rendering.report_contents import (
    critical,
    drawn,
    image,
    reading,
    reviewed,
    signed,
    unsigned,
    words,
)

NEVER = r"stage\s+I|stage\s+[1-4]\b|early[- ]stage|healthy|\bnormal\b|cancer-free|confirmed|100\s*%|diagnosed with"


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
    content["specialist"]["decision_code"] = decision
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
    assert f"3: {3:064x}" in text
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


def test_a_probability_says_of_what_it_is() -> None:
    said = report_words.WORDS["probability_of"]
    assert "calibrated probability of the class named beside it" in said
    assert said in words(report_pdf(unsigned(1)))
    content = unsigned(1)
    content["machine"]["images"][0] |= {"pattern": "", "probability": None, "outcome_code": "novel"}
    assert said not in words(report_pdf(content))


def test_an_image_without_a_class_shows_none_and_says_why() -> None:
    content = unsigned(1)
    content["machine"]["sentence_translated"] = content["machine"]["sentence"] = "Insufficient for a statement."
    content["machine"]["images"] = [
        image(
            1,
            outcome="unsuitable image",
            outcome_code="unsuitable",
            pattern="",
            probability=None,
            is_used=False,
            reason="left out: image quality",
        )
    ]
    text = words(report_pdf(content))
    assert "Unsuitable image, no class left out: image quality" in text
    assert "Early pre-B" not in text


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


def test_a_case_that_the_machine_could_not_answer_prints() -> None:
    machine = {
        "statement": "analysis unavailable",
        "statement_code": "unavailable",
        "sentence": UNAVAILABLE,
        "sentence_translated": UNAVAILABLE,
        "is_flagged": False,
        "images": [],
        "cells": [],
    }
    assert UNAVAILABLE in words(report_pdf(reviewed(machine=machine)))


def test_a_critical_case_says_who_was_told_when() -> None:
    text = words(report_pdf({**signed(), "critical": critical()}))
    assert "Critical result raised by the machine, 23 Nov 2026, 07:25 CET told: Dr Ingrid Solheim" in text
    assert "acknowledged by Dr Ingrid Solheim, 23 Nov 2026, 07:31 CET" in text
    assert "Dr Karimi called by Dr Ingrid Solheim, 23 Nov 2026, 08:31 CET · the result was read back" in text
    assert "Critical result" not in words(report_pdf(signed()))


def test_a_critical_case_says_that_a_specialist_raised_it() -> None:
    text = words(report_pdf({**signed(), "critical": critical(raised_by="Dr Per Holm")}))
    assert "Critical result raised by Dr Per Holm, 23 Nov 2026, 07:25 CET" in text


def test_a_critical_case_that_nobody_took_yet_says_only_that_it_was_raised() -> None:
    text = words(report_pdf({**signed(), "critical": critical(told=[], acknowledged=None, call=None)}))
    assert "Critical result raised by the machine, 23 Nov 2026, 07:25 CET" in text
    assert "acknowledged" not in text


def test_a_case_read_twice_names_both_readings() -> None:
    content = signed()
    content["readings"] = [
        reading(is_blind=True),
        reading(kind="second reading", name="Dr Per Holm", finding="No blasts seen", pattern="", blast_percentage=None),
    ]
    text = words(report_pdf(content))
    assert "first reading (read blind): Blasts suspected · Pre-B · Blasts per 100 leukocytes: 64.0" in text
    assert "second reading: No blasts seen Dr Per Holm" in text


def test_marks_of_the_reader_are_counted() -> None:
    content = signed()
    content["specialist"]["marks"] = [
        {"kind": "blast", "kind_code": "blast", "count": 12, "missed": 2},
        {"kind": "not a blast", "kind_code": "not_blast", "count": 1, "missed": 0},
    ]
    printed = "Marked in the images blast: 12 (of these not found by the machine: 2) · not a blast: 1"
    assert printed in words(report_pdf(content))


def test_counted_cells_are_printed_kind_by_kind() -> None:
    content = signed()
    content["specialist"]["tally"] = [
        {"kind": "Blast", "kind_code": "blast", "count": 64},
        {"kind": "Neutrophil", "kind_code": "neutrophil", "count": 36},
    ]
    assert "Counted cells Blast: 64 · Neutrophil: 36" in words(report_pdf(content))


def test_telling_cells_are_named_by_image_and_number() -> None:
    text = words(report_pdf(signed(), images=drawn(3)))
    assert "Cells that weighed most in the machine's answer" in text
    for shown in signed()["machine"]["cells"]:
        assert f"Image {shown['image']}, cell {shown['cell']}" in text


@pytest.mark.parametrize("images", [0, 1, 10])
def test_the_machine_never_prints_what_it_must_not_say(images: int) -> None:
    assert not re.search(NEVER, words(report_pdf(unsigned(images))), re.IGNORECASE)
