"""Contents signed in an earlier format, read as if they had been signed today. What is stored stays as it is."""

from __future__ import annotations

from typing import Any

from diagnosis.services.report_words import WORDS

_THIRD, _FOURTH = 3, 4
_AMENDS = "This version amends an earlier one: %(reason)s"


def in_todays_format(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content with all that a sheet asks for."""
    if content["format"] == 1:
        content = _from_the_first(content)
    if "amends" not in content:
        content = _from_the_second(content)
    if content["format"] <= _THIRD:
        content = _from_the_third(content)
    return content if content["format"] > _FOURTH else _from_the_fourth(content)


def _from_the_fourth(content: dict[str, Any]) -> dict[str, Any]:
    """Format 4 did not say what other readers' counts are worth, nor of which version readings and calls were."""
    critical = content["critical"]
    call = critical and critical["call"]
    return {
        **content,
        "critical": critical and {**critical, "call": call and {**call, "version": None}},
        "readings": [{**reading, "blast_count": ""} for reading in content["readings"]],
        "readings_of": None,
    }


def _from_the_third(content: dict[str, Any]) -> dict[str, Any]:
    """Format 3 did not say what a finding does not exclude, of what a probability is, and who raised a notice."""
    words, specialist, critical = content["words"], content["specialist"], content["critical"]
    raised = words.get("critical_raised", "")  # the first format has no notice
    return {
        **content,
        "words": {**words, "probability_of": "", "critical_raised_by_machine": raised},
        "critical": critical and {**critical, "raised_by": ""},
        "specialist": specialist and {**specialist, "cautions": []},
    }


def _from_the_second(content: dict[str, Any]) -> dict[str, Any]:
    """Format 2 did not say which version an amendment takes the place of; its label for the reason spoke of one."""
    words = content["words"]
    return {**content, "amends": None, "words": {**words, "amendment_reason": words["amends"]}}


def _from_the_first(content: dict[str, Any]) -> dict[str, Any]:
    """Format 1 was English, without labels, codes, cells and further readings, and its clock showed UTC."""
    machine = content["machine"]
    specialist = content["specialist"]
    return {
        **content,
        "language": "en",
        "time_zone": "UTC",
        "words": {**WORDS, "amends": _AMENDS},
        "machine": {
            **machine,
            "sentence_translated": machine["sentence"],
            "is_flagged": machine.get("is_flagged", False),
            "images": [{**image, "outcome_code": image["outcome"]} for image in machine["images"]],
            "cells": [],
        },
        "specialist": specialist and {**specialist, "decision_code": specialist["decision"], "tally": [], "marks": []},
        "readings": [],
        "critical": None,
    }
