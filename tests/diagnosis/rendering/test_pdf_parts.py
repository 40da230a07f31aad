"""What the case states, what the machine found and what the specialist says stand apart, each complete."""

import re

import pytest

from diagnosis.rendering.pdf import report_pdf
from diagnosis.services import report_content
from tests import factories
from tests.diagnosis.rendering.report_contents import image, reviewed, signed, unsigned, words

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


def test_a_case_that_the_machine_could_not_answer_prints() -> None:
    machine = {"statement": "Analysis unavailable", "sentence": report_content.UNAVAILABLE, "images": []}
    text = words(report_pdf(reviewed(machine=machine)))
    assert report_content.UNAVAILABLE in text


@pytest.mark.parametrize("images", [0, 1, 10])
def test_the_machine_never_prints_what_it_must_not_say(images: int) -> None:
    assert not re.search(NEVER, words(report_pdf(unsigned(images))), re.IGNORECASE)
