"""What relations are called. Django translates the names of other fields, and leaves these bare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import ForeignKey
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import Model

NAMES = {
    "analysis": _("analysis"),
    "asked_by": _("asked by"),
    "asked_of": _("asked of"),
    "by": _("by"),
    "case": _("case"),
    "cell": _("cell"),
    "clinic": _("clinic"),
    "current_stage_report": _("current stage report"),
    "held_by": _("held by"),
    "microscope": _("microscope"),
    "notice": _("critical notice"),
    "patient": _("patient"),
    "question": _("question"),
    "requested_by": _("requested by"),
    "review": _("review"),
    "reviewer": _("reviewer"),
    "signed_by": _("signed by"),
    "smear": _("smear"),
    "stage_report": _("stage report"),
    "submitted_by": _("submitted by"),
    "to": _("to"),
    "upload": _("upload"),
    "uploaded_by": _("uploaded by"),
    "user": _("user"),
}


def name_relations(models: Iterable[type[Model]]) -> None:
    """Name them once for every model, and not at each of the fifty keys."""
    for model in models:
        for field in model._meta.local_fields:  # noqa: SLF001 - Django's documented way to the fields
            if isinstance(field, ForeignKey) and field.name in NAMES:
                field.verbose_name = NAMES[field.name]
