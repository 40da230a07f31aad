"""Every label of a report. A report freezes them in its own language, so that it reads the same for ever."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

WORDS = {
    "title": _("Stage report"),
    "page": _("Page %(page)s of %(pages)s"),
    # Whether it counts.
    "unsigned": _("Unsigned"),
    "unsigned_machine": _("Unsigned machine result. Not reviewed by a specialist."),
    "unsigned_outstanding": _(
        "Not final. Images without an answer so far: %(count)s. Unsigned, not reviewed by a specialist."
    ),
    "unsigned_draft": _("Unsigned draft. Not valid until a specialist has signed it."),
    "edition": _("Signed version %(version)s"),
    "signed_by": _("Signed electronically by %(name)s, %(at)s"),
    "meaning": _("Meaning of the signature: %(meaning)s · version %(version)s"),
    "meaning_authored": _("authored"),
    "meaning_verified": _("verified"),
    "meaning_amended": _("amended"),
    "amends": _("Version %(version)s amends version %(earlier)s, signed by %(name)s, %(at)s."),
    "changed": _("%(label)s changed from “%(before)s” to “%(now)s”."),
    "unchanged": _("%(label)s unchanged: “%(now)s”."),
    "nothing_stated": _("not stated"),
    "amendment_reason": _("Reason: %(reason)s"),
    "hash_amended": _("SHA-256 of the amended version %(version)s: %(sha256)s"),
    "check": _("To check that nothing changed since, open %(address)s and type this code:"),
    # The case.
    "case": _("Case"),
    "accession": _("Accession number"),
    "clinic": _("Clinic"),
    "patient_number": _("Patient number"),
    "patient_name": _("Name"),
    "year_of_birth": _("Year of birth"),
    "sex": _("Sex"),
    "specimen": _("Specimen"),
    "stain": _("Stain"),
    "device": _("Microscope and camera"),
    "priority": _("Priority"),
    "haemoglobin_g_per_l": _("Haemoglobin"),
    "white_cells_10e9_per_l": _("White cells"),
    "platelets_10e9_per_l": _("Platelets"),
    "submitted_by": _("Submitted by"),
    "submitted_at": _("Submitted"),
    "clinical_notes": _("Clinical notes"),
    "treatment": _("Treatment so far"),
    # The specialist's part.
    "specialist": _("Specialist's part"),
    "finding": _("Finding"),
    "read_by": _("Read by %(name)s, %(at)s"),
    "pattern": _("Pattern most similar to"),
    "blasts": _("Blasts per 100 leukocytes"),
    "stance": _("On the machine's part"),
    "stance_agree": _("agrees with it"),
    "stance_correct": _("corrects it"),
    "stance_reject": _("rejects it"),
    "marks": _("Marked in the images"),
    "counted": _("%(kind)s: %(count)s"),
    "counted_missed": _("%(kind)s: %(count)s (of these not found by the machine: %(missed)s)"),
    "tally": _("Counted cells"),
    "blast_count": _("Blast count"),
    "reasons": _("Reasons"),
    "comment": _("Comment for the submitting doctor"),
    "readings": _("Readings"),
    "readings_of": _("Readings that led to version %(version)s"),
    "blind": _("read blind"),
    "by_at": _("%(name)s, %(at)s"),
    "critical": _("Critical result"),
    "critical_raised_by_machine": _("raised by the machine, %(at)s"),
    "critical_raised_by": _("raised by %(name)s, %(at)s"),
    "critical_told": _("told: %(names)s"),
    "critical_acknowledged": _("acknowledged by %(name)s, %(at)s"),
    "critical_called": _("%(spoken_to)s called by %(name)s, %(at)s"),
    "called_about": _("about version %(version)s"),
    "called_before_signing": _("before a report was signed"),
    "read_back": _("the result was read back"),
    "not_read_back": _("the result was not read back"),
    # The machine's part.
    "machine": _("Machine's part"),
    "unverified": _("written by software, unverified"),
    "in_english": _("The binding text, in English: %(sentence)s"),
    "statement": _("Statement"),
    "usable_images": _("Usable images"),
    "unusable_images": _("Images left out"),
    "leukocytes": _("Leukocytes"),
    "image": _("Image"),
    "images": _("Images"),
    "no_class": _("%(outcome)s, no class"),
    "cannot_exclude": _("Cannot exclude: %(classes)s"),
    "probability": _("Probability"),
    "probability_of": _(
        "Probability: the calibrated probability of the class named beside it, among the four classes of the training "
        "data, by likeness. Not a diagnosis and not a measure of severity."
    ),
    "remark": _("Image %(numbers)s: %(remark)s"),
    "remarks": _("Images %(numbers)s: %(remark)s"),
    "field": _("Image %(number)s"),
    "cells": _("Cells that weighed most in the machine's answer"),
    "cells_marked": _("Cells that the reader marked as blasts, then those that weighed most in the machine's answer"),
    "cell": _("Image %(image)s, cell %(cell)s"),
    "cell_marked": _("Image %(image)s, cell %(cell)s, marked as a blast"),
    # What a later reader needs to show that nothing changed.
    "files": _("Files and versions"),
    "hash_signed": _("SHA-256 of this signed version: %(sha256)s"),
    "hash_unsigned": _("SHA-256 of what stands above, unsigned: %(sha256)s"),
    "stage_report": _("Stage report %(id)s version %(version)s, %(at)s, case rule %(rule)s"),
    "image_hashes": _("SHA-256 of the images as stored:"),
}


def words() -> dict[str, str]:
    """Return the labels in the language of the reader, who signs in it."""
    return {name: gettext(english) for name, english in WORDS.items()}
