"""A report's content laid out in the order in which it is read: the same sheet for the page and for the PDF.

Everything here comes from the content alone. Labels are those that were frozen with it.
"""

from __future__ import annotations

from typing import Any

from diagnosis.rendering.earlier_formats import in_todays_format
from diagnosis.rendering.phrasing import Phrasing
from diagnosis.rendering.signature import Check, amended, checked, signed
from diagnosis.services.report_content import digest

_UNITS = {
    "haemoglobin_g_per_l": "g/L",
    "white_cells_10e9_per_l": "× 10⁹/L",  # noqa: RUF001 - the multiplication sign
    "platelets_10e9_per_l": "× 10⁹/L",  # noqa: RUF001 - the same
}
Facts = list[tuple[str, str]]


def sheet(stored: dict[str, Any], *, check: Check | None = None) -> dict[str, Any]:
    """Return what a report shows, part by part, in words; nothing is left to say for a template."""
    content = in_todays_format(stored)
    say = Phrasing(content)
    signature = content.get("signature")
    return {
        "language": content["language"],
        "direction": say.direction,
        "words": content["words"],
        "title": say("title"),
        "clinic": content["case"]["clinic"],
        "accession": content["case"]["accession"],
        "edition": say("edition", version=signature["version"]) if signature else say("unsigned"),
        "warning": None if signature else _unsigned(say, content),
        "signature": signed(say, signature) if signature else None,
        "check": checked(say, check) if check else None,
        "amends": amended(say, content) if content["amends"] else [],
        "case": _case(say, content["case"]),
        "specialist": _specialist(say, content["specialist"]) if content["specialist"] else None,
        "readings": [_reading(say, reading) for reading in content["readings"]],
        "readings_title": _readings_title(say, content["readings_of"]),
        "critical": _critical(say, content["critical"]) if content["critical"] else [],
        "machine": _machine(say, content["machine"]),
        "limits": f"{content['limits']} {content['standing']}",
        "standing": content["standing"],
        "pins": _pins(say, content, digest(stored)),
    }


def _unsigned(say: Phrasing, content: dict[str, Any]) -> str:
    """Say what an unsigned report counts for."""
    if content["specialist"]:
        return say("unsigned_draft")
    outstanding = content["machine"].get("outstanding")
    return say("unsigned_outstanding", count=outstanding) if outstanding else say("unsigned_machine")


def _case(say: Phrasing, case: dict[str, Any]) -> dict[str, Facts]:
    patient = case["patient"]
    facts = {
        "patient_number": patient["number"],
        "patient_name": patient["name"],
        "year_of_birth": patient["year_of_birth"],
        "sex": patient["sex"],
        **{name: case[name] for name in ("specimen", "stain", "device", "priority")},
        **{name: say.measure(case["counts"][name], unit) for name, unit in _UNITS.items()},
        "submitted_by": case["submitted_by"],
        "submitted_at": say.time(case["submitted_at"]),
    }
    return {
        "facts": say.facts(facts),
        "passages": say.facts({name: case[name] for name in ("clinical_notes", "treatment")}),
    }


def _specialist(say: Phrasing, specialist: dict[str, Any]) -> dict[str, Any]:
    return {
        "finding": specialist["finding"],
        "cautions": specialist["cautions"],
        "read_by": say("read_by", name=specialist["name"], at=say.time(specialist["reviewed_at"])),
        "facts": say.facts(
            {
                "pattern": specialist["pattern"],
                "blasts": specialist["blast_percentage"],
                "stance": say(f"stance_{specialist['decision_code']}"),
                "tally": say.joined(_counted(say, kind) for kind in specialist["tally"]),
                "marks": say.joined(_counted(say, mark) for mark in specialist["marks"]),
            }
        ),
        "passages": say.facts({name: specialist.get(name) for name in ("blast_count", "reasons", "comment")}),
    }


def _counted(say: Phrasing, counted: dict[str, Any]) -> str:
    kind, count, missed = counted["kind"], counted["count"], counted.get("missed")
    if missed:
        return say("counted_missed", kind=kind, count=count, missed=missed)
    return say("counted", kind=kind, count=count)


def _readings_title(say: Phrasing, version: int | None) -> str:
    return say("readings_of", version=version) if version else say("readings")


def _reading(say: Phrasing, reading: dict[str, Any]) -> dict[str, str]:
    facts = [reading["pattern"], reading["blast_percentage"] and f"{say('blasts')}: {reading['blast_percentage']}"]
    return {
        "kind": f"{reading['kind']} ({say('blind')})" if reading["is_blind"] else reading["kind"],
        "finding": say.joined([reading["finding"], *filter(None, facts)]),
        "blast_count": reading["blast_count"],
        "read_by": say("by_at", name=reading["name"], at=say.time(reading["reviewed_at"])),
    }


def _critical(say: Phrasing, critical: dict[str, Any]) -> list[str]:
    """Return how a critical result was passed on, step by step."""
    by, at = critical["raised_by"], say.time(critical["raised_at"])
    steps = [say("critical_raised_by", name=by, at=at) if by else say("critical_raised_by_machine", at=at)]
    if critical["told"]:
        steps.append(say("critical_told", names=say.listed(critical["told"])))
    if taken := critical["acknowledged"]:
        steps.append(say("critical_acknowledged", name=taken["by"], at=say.time(taken["at"])))
    if call := critical["call"]:
        called = say("critical_called", spoken_to=call["spoken_to"], name=call["by"], at=say.time(call["at"]))
        read_back = say("read_back" if call["read_back"] else "not_read_back")
        facts = [called, read_back, _called_about(say, call["version"]), say.typed(call["note"])]
        steps.append(say.joined(filter(None, facts)))
    return steps


def _called_about(say: Phrasing, version: int | None) -> str:
    """Say which version the doctor heard; earlier formats did not."""
    if version is None:
        return ""
    return say("called_about", version=version) if version else say("called_before_signing")


def _machine(say: Phrasing, machine: dict[str, Any]) -> dict[str, Any]:
    analyses = {image["number"]: image["analysis"] for image in machine["images"]}
    english, translated = machine["sentence"], machine["sentence_translated"]
    counted = ("usable_images", "unusable_images", "leukocytes")
    return {
        "is_flagged": machine["is_flagged"],
        "sentence": translated,
        "in_english": say("in_english", sentence=english) if translated != english else "",
        "facts": say.facts({name: machine.get(name) for name in ("statement", *counted)}),
        "images": [_image(say, image) for image in machine["images"]],
        "remarks": [*_probability_of(say, machine["images"]), *_remarks(say, machine["images"])],
        "field": _field(say, machine),
        "cells_title": say("cells_marked" if any(map(_is_marked, machine["cells"])) else "cells"),
        "cells": [
            {
                **cell,
                "analysis": analyses[cell["image"]],
                "is_marked": _is_marked(cell),
                "caption": say("cell_marked" if _is_marked(cell) else "cell", image=cell["image"], cell=cell["cell"]),
            }
            for cell in machine["cells"]
        ],
    }


def _is_marked(cell: dict[str, Any]) -> bool:
    # Reports signed before marks were heeded do not say it.
    return bool(cell.get("is_marked_blast"))


def _image(say: Phrasing, image: dict[str, Any]) -> dict[str, Any]:
    outcome = image["outcome"][:1].upper() + image["outcome"][1:]
    remarks = []
    if image["cannot_exclude"]:
        remarks.append(say("cannot_exclude", classes=say.listed(image["cannot_exclude"])))
    if not image.get("is_used", True) or image["outcome_code"] == "abstained":
        remarks.append(image.get("reason", ""))
    return {
        "number": image["number"],
        "said": image["pattern"] or say("no_class", outcome=outcome),
        "is_classified": bool(image["pattern"]),
        "remarks": [remark for remark in remarks if remark],
        "probability": say.probability(image["probability"]),
        "leukocytes": say.number(image["leukocytes"]),
    }


def _probability_of(say: Phrasing, images: list[dict[str, Any]]) -> list[str]:
    """Say under the images of what the probabilities are; earlier formats did not."""
    has_any = any(image["probability"] is not None for image in images)
    return [said] if has_any and (said := say("probability_of")) else []


def _remarks(say: Phrasing, images: list[dict[str, Any]]) -> list[str]:
    """Return each warning once, with the images that it holds for."""
    holds: dict[str, list[str]] = {}
    for image in images:
        for warning in image["warnings"]:
            holds.setdefault(warning, []).append(str(image["number"]))
    return [
        say("remarks" if len(numbers) > 1 else "remark", numbers=say.listed(numbers), remark=warning)
        for warning, numbers in holds.items()
    ]


def _field(say: Phrasing, machine: dict[str, Any]) -> dict[str, Any] | None:
    """Choose the field to show large: the first that holds a telling cell, else the first."""
    numbers = [cell["image"] for cell in machine["cells"]] or [image["number"] for image in machine["images"]]
    if not numbers:
        return None
    image = next(image for image in machine["images"] if image["number"] == min(numbers))
    size = {name: image[name] for name in ("width", "height") if name in image}
    return {"image": image["number"], "caption": say("field", number=image["number"]), **size}


def _pins(say: Phrasing, content: dict[str, Any], sha256: str) -> dict[str, list[str]]:
    """Return the small print: what takes a line of its own, and what takes half of one."""
    machine = content["machine"]
    whole = [say("hash_signed" if content.get("signature") else "hash_unsigned", sha256=sha256)]
    if amends := content["amends"]:
        whole.append(say("hash_amended", version=amends["version"], sha256=amends["sha256"]))
    if "stage_report" in machine:
        whole.append(
            say(
                "stage_report",
                id=machine["stage_report"],
                version=machine["version"],
                at=say.time(machine["composed_at"]),
                rule=machine["case_rule"],
            )
        )
    whole.append(say.joined(f"{name} {value}" for name, value in _analysed_with(machine["images"])))
    whole.append(say("image_hashes") if machine["images"] else "")
    halves = [f"{say.number(image['number'])}: {image['sha256']}" for image in machine["images"]]
    return {"whole": [line for line in whole if line], "halves": halves}


def _analysed_with(images: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """List what the images were analysed with, each thing once; each image's own hash stands beside its number."""
    pins: dict[str, list[str]] = {}
    for image in images:
        for name, value in image["pins"].items():
            values = pins.setdefault(name, [])
            if name != "image_sha256" and str(value) not in values:
                values.append(str(value))
    return [(name, ", ".join(values)) for name, values in sorted(pins.items()) if values]
