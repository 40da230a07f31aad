"""What a case is and how far it is."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Priority(TextChoices):
    """How soon the submitting doctor needs the report; each value is also the name of a queue."""

    ROUTINE = "routine", _("routine")
    URGENT = "urgent", _("urgent")
    STAT = "stat", _("stat")


class Specimen(TextChoices):
    """What was smeared."""

    BLOOD = "blood", _("peripheral blood")
    MARROW = "marrow", _("bone marrow")
    OTHER = "other", _("other")


class CaseStatus(TextChoices):
    """What is stored of a case's progress; `selectors.worklist` derives the state that people see."""

    OPEN = "open", _("open")
    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class CaseState(TextChoices):
    """What people see of a case's progress. Never stored."""

    AWAITING_IMAGES = "awaiting_images", _("awaiting images")
    ANALYSING = "analysing", _("analysing")
    ANALYSIS_UNAVAILABLE = "analysis_unavailable", _("analysis unavailable")
    AWAITING_REVIEW = "awaiting_review", _("awaiting review")
    AWAITING_ANSWER = "awaiting_answer", _("awaiting an answer")
    AWAITING_SECOND_READING = "awaiting_second_reading", _("awaiting second reading")
    AWAITING_ADJUDICATION = "awaiting_adjudication", _("awaiting adjudication")
    SIGNED = "signed", _("signed")
    WITHDRAWN = "withdrawn", _("withdrawn")


class UploadState(TextChoices):
    """How far a file is that is sent in pieces."""

    RECEIVING = "receiving", _("receiving")
    WHOLE = "whole", _("whole")
    CHECKED = "checked", _("checked")
    STORED = "stored", _("stored as a smear")
    REFUSED = "refused", _("refused")
